# Finds a JDK of at least version 25 and puts its java command into JAVA. To be sourced; where there
# is none, it exits with what the launcher has put into cannot_run.

# A JDK's release file tells its version at once; asking java takes as long as starting a program.
java_version() {
  local release
  release=$(dirname "$(dirname "$(readlink -f "$1")")")/release
  if [ -f "$release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release"
  else
    "$1" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p'
  fi
}

find_java() {
  local candidate version
  for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$(command -v java)" \
    /usr/lib/jvm/*/bin/java /opt/*/bin/java "$HOME"/.sdkman/candidates/java/*/bin/java; do
    [ -x "$candidate" ] || continue
    version=$(java_version "$candidate")
    if [ "${version:-0}" -ge 25 ]; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  return 1
}

if ! JAVA=$(find_java); then
  echo "No JDK 25 or newer was found. Install one, for instance Temurin 25 from https://adoptium.net," >&2
  echo "and set JAVA_HOME to its directory if it is not under /usr/lib/jvm." >&2
  exit "${cannot_run:-1}"
fi
export JAVA
