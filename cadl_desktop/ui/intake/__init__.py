"""How files, drops and the clipboard come in: pictures, sets, tables, projects."""
