# Sourced by ./stampede, ./test and .ci/run: installs what is missing and builds. Everything it prints goes to stderr.
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

packages_build=(g++ cmake ninja-build ccache pkg-config libboost1.81-dev libboost-graph1.81-dev libcli11-dev nlohmann-json3-dev
                libsqlite3-dev libyaml-cpp-dev zlib1g-dev)
packages_test=(catch2 sqlite3 python3-minimal python3-jsonschema)
packages_ci=(clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev valgrind)

# Installs the packages of the named groups that are missing, as root or with sudo.
set_up_packages() {
  local group missing=() package
  for group in "$@"; do
    local -n list="packages_$group"
    local installed
    installed=" $(dpkg-query -W -f='${Package}:${db:Status-Status} ' "${list[@]}" 2>/dev/null || true)"
    for package in "${list[@]}"; do
      [[ "$installed" == *" $package:installed "* ]] || missing+=("$package")
    done
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "stampede: installing ${missing[*]}" >&2
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "stampede: run as root or install sudo; missing: ${missing[*]}" >&2; exit 3; }
    as_root=(sudo)
  fi
  { "${as_root[@]}" apt-get update -q &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"; } >&2
}

# Configures and builds a preset (at most 2 jobs): build_preset PRESET TARGET [CMAKE ARGS]
build_preset() {
  local preset="$1" target="$2"
  shift 2
  local folder="$root/build/$preset" log="$root/build/$preset.log"
  mkdir -p "$root/build"
  if [ ! -f "$folder/build.ninja" ] || [ $# -gt 0 ]; then
    (cd "$root" && cmake --preset "$preset" "$@") >"$log" 2>&1 || { cat "$log" >&2; exit 3; }
  fi
  # Nothing to do is the common case: ask ninja quietly first.
  if [ -t 2 ]; then
    ninja -C "$folder" -j 2 "$target" >&2 || exit 3
  else
    ninja -C "$folder" -j 2 "$target" >"$log" 2>&1 || { cat "$log" >&2; exit 3; }
  fi
}

build_release() {
  local stamp="$root/build/release/asked-for-$1"
  mkdir -p "$root/build/release"
  # What changes while the build runs is newer than this.
  touch "$stamp.new"
  build_preset release "$1"
  mv "$stamp.new" "$stamp"
}

# Whether all that a program of the release build is made of is older than the time at which build_release was last asked for it: every
# file and folder of the tree (of those at its root, what CMake reads), the build's own rules, and the packages.
is_built() {
  local stamp="build/release/asked-for-$1" newer
  cd "$root" && [ -x "build/release/$1" ] && [ -f "$stamp" ] &&
    newer="$(find . build/release/build.ninja /var/lib/dpkg/status \( -path ./build -o -path ./.git \) -prune -o \
      -newer "$stamp" \( -path '*/*/*' -o -type d -o -name 'CMake*' \) ! -path . -print -quit 2>/dev/null)" && [ -z "$newer" ]
}
