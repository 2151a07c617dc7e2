#!/bin/sh
# Starts the application, if all of its files are there.
folder=$(dirname "$(readlink -f "$0")")
if [ "$(find "$folder/program" -type f 2>/dev/null | wc -l)" -lt COUNT ]; then
    echo "cadl_desktop: files are missing beside $folder/cadl-desktop; unpack or install the whole application again." >&2
    exit 1
fi
exec "$folder/program/cadl-desktop" "$@"
