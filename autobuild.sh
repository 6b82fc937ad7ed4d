#!/usr/bin/env bash
# Builds, runs and tests the chat server: ./autobuild.sh help
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"

usage() {
  cat <<'TEXT'
./autobuild.sh            build: bin/server, bin/client, bin/bench
./autobuild.sh run …      build, then run a server with the embedded database on
                          127.0.0.1:6000; what follows goes to bin/server
./autobuild.sh cluster    build, then MariaDB, Redis, three nodes and nginx on 127.0.0.1:8000, in
                          the foreground until ^C; data in data/cluster. With --tls it makes a
                          test authority, and nginx speaks TLS on 127.0.0.1:8443
./autobuild.sh test       build and run all tests, installing what they need
./autobuild.sh help       this text
TEXT
}

# Runs Maven with a JDK that is new enough.
maven() {
  . bin/jdk.sh
  JAVA_HOME=$(dirname "$(dirname "$(readlink -f "$JAVA")")")
  export JAVA_HOME
  # Maven's own libraries would fill the screen with warnings.
  export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED ${MAVEN_OPTS:-}"
  need mvn maven
  mvn --batch-mode --no-transfer-progress "$@"
}

# need COMMAND PACKAGE …: installs the Debian packages that bring the commands, or the files that are
# named by their full path, which are not there; or says what to install.
need() {
  local commands=() packages=()
  while [ $# -gt 0 ]; do
    if ! [[ $1 == /* && -e $1 ]] && ! PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null; then
      commands+=("$1")
      packages+=("$2")
    fi
    shift 2
  done
  if [ ${#packages[@]} = 0 ]; then
    return
  fi
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "needed and not there: ${commands[*]} (Debian: apt-get install ${packages[*]})" >&2
    exit 1
  fi
  echo "installing ${packages[*]}"
  install "${packages[@]}" 2>/dev/null || { apt-get update >/dev/null && install "${packages[@]}"; } || exit 1
}

# Some packages start a service of their own. Tests start their own: a policy that forbids it stands
# while apt-get runs, unless the machine has one.
install() (
  log=$(mktemp)
  trap 'rm -f "$log"' EXIT
  trap 'exit 130' INT TERM
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$log" "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    -o Dpkg::Use-Pty=0 "$@" >"$log" 2>&1 || { tail -n 20 "$log" >&2; false; }
)

# What a cluster consists of besides the nodes.
need_cluster() {
  need mariadbd mariadb-server redis-server redis-server redis-cli redis-tools nginx nginx \
    /usr/lib/nginx/modules/ngx_stream_module.so libnginx-mod-stream openssl openssl
}

build() {
  local start=$SECONDS
  echo "building; the first time takes minutes, because Maven fetches the libraries"
  need mvn maven
  # A line for each module, and the errors.
  maven package -DskipTests |
    sed -nu -e 's/^\[INFO\] Building \(.*[^ ]\)  *\(\[[0-9/]*\]\)$/  \2 \1/p' -e '/^\[ERROR\]/p'
  if [ ! server/target/server.aot -nt server/target/chatserver-server.jar ] ||
    [ ! client/target/client.aot -nt client/target/chatserver-client.jar ]; then
    learn_starts
  fi
  echo "built bin/server, bin/client and bin/bench in $((SECONDS - start)) s"
}

# Runs the server and the client once; the JVM keeps what it learned in server/target/server.aot and
# client/target/client.aot, where bin/server and bin/client look for it. Without these files a start
# only takes longer.
learn_starts() (
  echo "learning from one run, for quick starts"
  server=$PWD/server/target/server.aot
  client=$PWD/client/target/client.aot
  dir=$(mktemp -d)
  pid=
  # A server that is started in the background does not hear ^C.
  trap 'kill $pid 2>/dev/null || true; wait; chmod -f a+r "$server" "$client" || true; rm -rf "$dir"' EXIT
  trap 'exit 130' INT TERM
  rm -f "$server" "$client"
  : >"$dir/log"
  JAVA_OPTS="-XX:AOTCacheOutput=$server" \
    bin/server 127.0.0.1 0 --set data.dir="$dir/data" >"$dir/log" 2>&1 &
  pid=$!
  for _ in $(seq 300); do
    if grep -q 'listening on' "$dir/log" || ! kill -0 $pid 2>/dev/null; then
      break
    fi
    sleep 0.1
  done
  port=$(sed -n 's/.*listening on 127.0.0.1:\([0-9]*\).*/\1/p' "$dir/log")
  if [ -n "$port" ]; then
    learn_client "$port"
  fi
)

# In a terminal, where there is a command that makes one: the menu, registration, a text, the end.
learn_client() {
  export JAVA_OPTS="-XX:AOTCacheOutput=$client"
  echo 'correct horse battery' >"$dir/password"
  if command -v script >/dev/null; then
    (sleep 2; printf '2\rlearner\r'; sleep 0.5; printf 'correct horse battery\rcorrect horse battery\r'
      sleep 1; printf '/to 1\rhello\r/history\r'; sleep 1; printf '/quit\r') |
      TERM=xterm timeout 60 script -qec "bin/client 127.0.0.1 $1 --state-dir $dir/state" /dev/null
  else
    printf '/to 1\nhello\n' | bin/client 127.0.0.1 "$1" --state-dir "$dir/state" --user learner \
      --password-file "$dir/password" --register
  fi >"$dir/client" 2>&1 || true
}

case "${1:-build}" in
  build) build ;;
  run)
    build
    shift
    exec bin/server "$@"
    ;;
  cluster)
    need_cluster
    build
    shift
    exec bin/bench cluster "$@"
    ;;
  test)
    need_cluster
    maven verify
    ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
