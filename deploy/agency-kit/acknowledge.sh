#!/bin/sh
# Acknowledges every new disposition of an officer's agency over HTTP: for a cron job, with nothing but curl.
#   LAPOR_URL=https://… LAPOR_TOKEN=… sh acknowledge.sh
set -eu
api() { curl --fail --silent --show-error --header "Authorization: Bearer $LAPOR_TOKEN" "$@"; }
listed=$(api "$LAPOR_URL/v1/dispositions?state=created&limit=200") # on its own line: a failure ends the script
echo "$listed" | grep -o '"leg_id":"[0-9a-f-]*"' | cut -d'"' -f4 |
  while read -r leg; do api --request POST "$LAPOR_URL/v1/dispositions/$leg/acknowledgement" && echo; done
