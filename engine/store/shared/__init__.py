"""The ledger on a Postgres that several people share: reaching it safely, setting it up, and who may do what there.

The rules themselves are in the `*.sql` files beside this one. They run in the database, so that they bind every client.
"""
