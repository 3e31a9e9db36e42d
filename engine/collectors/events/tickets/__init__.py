"""What the collectors of tickets share: records, dates, names in text, words for types, files and a REST client."""
