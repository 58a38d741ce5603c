#!/bin/sh
exec /opt/Bitgauge/resources/bin/bitgauge "$@"
