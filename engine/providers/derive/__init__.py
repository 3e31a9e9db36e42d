"""Scripts that derive committed tables from the providers' own schemas; the product never imports them."""
