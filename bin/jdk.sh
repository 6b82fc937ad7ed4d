# Prepares what a program in Java needs: a JDK of at least version 25, whose java command it puts into
# JAVA, a locale in UTF-8, and the three standard streams. To be sourced. Where there is no such JDK,
# it exits with what the launcher has put into cannot_run.

# A closed stream would become the next file that the JVM opens, an archive of classes for instance.
# Nothing can be written to these, so a program still sees that its output is lost.
[ -e /dev/fd/0 ] || exec </dev/null
[ -e /dev/fd/1 ] || exec 1</dev/null
[ -e /dev/fd/2 ] || exec 2</dev/null

# The JVM decodes arguments, the environment and names of files by the locale. Where that is not UTF-8,
# or not installed, letters outside of ASCII would be lost.
if [ "$(locale charmap 2>/dev/null || echo UTF-8)" != UTF-8 ]; then
  known=$(locale -a 2>/dev/null | grep -iE '\.utf-?8$' || true)
  LC_ALL=$(grep -im1 '^C\.' <<<"$known" || grep -m1 . <<<"$known" || echo C.UTF-8)
  export LC_ALL
fi

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
    /usr/lib/jvm/*/bin/java /opt/*/bin/java ${HOME:+"$HOME"/.sdkman/candidates/java/*/bin/java}; do
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
