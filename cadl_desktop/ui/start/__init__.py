"""The start page: own data, projects, lessons and every shipped experiment as pictures, one of them live."""
