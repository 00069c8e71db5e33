"""Storage: tables, migrations, the audit chain, backups."""
