# Größe und Ort: siehe Übersicht – 東京
resource "google_sql_database_instance" "größe" {
  name             = "übersicht"
  database_version = "POSTGRES_16" # ← nicht ändern

  settings {
    tier = "db-custom-2-7680"

    user_labels = {
      besitzer = "jürgen"
      ort      = "東京"
    }
  }
}
