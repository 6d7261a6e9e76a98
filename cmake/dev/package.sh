# The Debian package, made and judged.
# shellcheck shell=bash

do_package() { # [--test] [--boot]
  local groups=(program package)
  [[ " $* " != *' --boot '* ]] || groups+=(boot)
  need_packages "${groups[@]}"
  build_program
  compile build racefill package_files
  rm -f build/racefill_*.deb
  (cd build && cpack -G DEB >cpack.log 2>&1) || {
    tail -n 40 build/cpack.log >&2
    fail 'cpack could not make the package'
  }
  local deb
  deb=$(ls build/racefill_*.deb)
  say "lintian $deb"
  lintian --fail-on error --tag-display-limit 0 "$deb" || fail 'lintian finds errors'
  echo "$deb"
  [[ " $* " != *' --test '* ]] || tests/package/package_test.sh "$deb"
  [[ " $* " != *' --boot '* ]] || tests/package/boot_test.sh "$deb"
}
