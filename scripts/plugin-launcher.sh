#!/bin/sh
# Starts the backend of Grafana's data source. Grafana gives its plugins no PATH, so Node is looked for in named places.
# In the section [plugin.spanhouse-traces-datasource] of Grafana's configuration, node_path (here GF_PLUGIN_NODE_PATH)
# names another one, and backend_addr (here GF_PLUGIN_BACKEND_ADDR) names a backend that already runs, as the Spanhouse
# server serves one: then Node is not needed, and this script only tells Grafana where it is.

PATH="${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin"
export PATH
SECTION='[plugin.spanhouse-traces-datasource]'

# A line of Grafana's log. What is quoted must not end the quotes.
fail() {
  message=$(printf '%s' "$1" | tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')
  now=$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)
  printf '{"@level":"error","@message":"%s","@timestamp":"%s"}\n' "$message" "$now" >&2
  exit 1
}

if [ "$grafana_plugin_type" != datasource ]; then
  echo 'This is the backend of a Grafana plugin: Grafana starts it by itself, and it does nothing when run by hand.' >&2
  exit 1
fi

if [ -n "$GF_PLUGIN_BACKEND_ADDR" ]; then
  port=${GF_PLUGIN_BACKEND_ADDR##*:}
  host=${GF_PLUGIN_BACKEND_ADDR%:*}
  case $host in '' | *[!A-Za-z0-9_.:[\]-]*) port= ;; esac
  case $port in
    '' | *[!0-9]*) fail "backend_addr in $SECTION of Grafana's configuration must be host:port, and is \"$GF_PLUGIN_BACKEND_ADDR\"." ;;
  esac
  printf '1|2|tcp|%s|grpc\n' "$GF_PLUGIN_BACKEND_ADDR"
  # Until Grafana ends this process, which it does when it wants to be rid of the plugin; the backend itself goes on.
  trap '' INT
  exec sleep 2147483647
fi

case $0 in
  */*) backend=${0%/*}/backend.cjs ;;
  *) backend=./backend.cjs ;;
esac
[ -r "$backend" ] || fail "The Spanhouse plugin is not whole: $backend is missing; unpack it again."

# Node 20 or newer.
is_new_enough() {
  version=$("$1" --version 2>/dev/null)
  major=${version#v}
  major=${major%%.*}
  case $major in
    '' | *[!0-9]*) return 1 ;;
  esac
  [ "$major" -ge 20 ]
}

# What Node would say of itself on stderr is no line of Grafana's log: the backend says it there. Small new spaces keep
# the process small: what a query makes is soon gone.
start() {
  exec "$1" --no-warnings --max-semi-space-size=4 "$backend"
}

if [ -n "$GF_PLUGIN_NODE_PATH" ]; then
  if [ ! -f "$GF_PLUGIN_NODE_PATH" ] || [ ! -x "$GF_PLUGIN_NODE_PATH" ]; then
    fail "The Spanhouse plugin needs Node 20 or newer, and node_path in $SECTION of Grafana's configuration, $GF_PLUGIN_NODE_PATH, is no program."
  fi
  is_new_enough "$GF_PLUGIN_NODE_PATH" ||
    fail "The Spanhouse plugin needs Node 20 or newer, and node_path in $SECTION of Grafana's configuration, $GF_PLUGIN_NODE_PATH, is older or does not run."
  start "$GF_PLUGIN_NODE_PATH"
fi

for node in /usr/local/bin/node /usr/bin/node /bin/node /opt/node/bin/node /opt/nodejs/bin/node \
  /opt/homebrew/bin/node /opt/local/bin/node /snap/bin/node /usr/bin/nodejs; do
  if [ -x "$node" ] && is_new_enough "$node"; then start "$node"; fi
done
fail "The Spanhouse plugin needs Node 20 or newer, and found none in /usr/local/bin, /usr/bin and /opt: install it, or set node_path, or backend_addr of a Spanhouse server, in $SECTION of Grafana's configuration."
