# The Debian package: what goes where, and CPack's settings. `./dev package`.

include(GNUInstallDirs)

# Man pages and completions come out of the program's own tables.
set(_manual_dir "${CMAKE_BINARY_DIR}/manual")
set(_manual_files racefill.1 racefill.conf.5 racefill.bash _racefill
                  racefill.fish)
list(TRANSFORM _manual_files PREPEND "${_manual_dir}/" OUTPUT_VARIABLE
                                                       _manual_paths)
add_custom_command(
  OUTPUT ${_manual_paths}
  COMMAND "${CMAKE_COMMAND}" -E make_directory "${_manual_dir}"
  COMMAND racefill_manual "${_manual_dir}"
  DEPENDS racefill_manual)
# Policy wants man pages and changelogs compressed, and without a time in them.
set(_zipped racefill.1.gz racefill.conf.5.gz changelog.gz)
list(TRANSFORM _zipped PREPEND "${_manual_dir}/" OUTPUT_VARIABLE _zipped_paths)
add_custom_command(
  OUTPUT ${_zipped_paths}
  COMMAND gzip -9nc "${_manual_dir}/racefill.1" > "${_manual_dir}/racefill.1.gz"
  COMMAND gzip -9nc "${_manual_dir}/racefill.conf.5" >
          "${_manual_dir}/racefill.conf.5.gz"
  COMMAND gzip -9nc "${CMAKE_SOURCE_DIR}/docs/CHANGELOG.md" >
          "${_manual_dir}/changelog.gz"
  DEPENDS ${_manual_paths} "${CMAKE_SOURCE_DIR}/docs/CHANGELOG.md"
  VERBATIM)
add_custom_target(package_files DEPENDS ${_manual_paths} ${_zipped_paths})

set(_read PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
install(TARGETS racefill RUNTIME DESTINATION bin)
install(FILES conf/racefill.conf DESTINATION /etc/racefill ${_read})
install(FILES conf/racefill.service DESTINATION /lib/systemd/system ${_read})
install(FILES "${_manual_dir}/racefill.1.gz" DESTINATION share/man/man1 ${_read})
install(FILES "${_manual_dir}/racefill.conf.5.gz" DESTINATION share/man/man5
        ${_read})
install(FILES "${_manual_dir}/racefill.bash"
        DESTINATION share/bash-completion/completions RENAME racefill ${_read})
install(FILES "${_manual_dir}/_racefill"
        DESTINATION share/zsh/vendor-completions ${_read})
install(FILES "${_manual_dir}/racefill.fish"
        DESTINATION share/fish/vendor_completions.d ${_read})
install(FILES "${_manual_dir}/changelog.gz" conf/package/copyright README.md
              docs/operations.md docs/architecture.md docs/reliability.md
        DESTINATION share/doc/racefill ${_read})
install(FILES conf/postgres-role.sql DESTINATION share/doc/racefill/examples
        ${_read})
# Dashboards and alert rules, where there are any.
file(GLOB _watching CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/conf/*.json"
     "${CMAKE_SOURCE_DIR}/conf/*.yml" "${CMAKE_SOURCE_DIR}/conf/*.rules")
if(_watching)
  install(FILES ${_watching} DESTINATION share/doc/racefill/examples ${_read})
endif()
install(FILES conf/package/lintian-overrides
        DESTINATION share/lintian/overrides RENAME racefill ${_read})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME racefill)
set(CPACK_PACKAGE_VENDOR "racefill maintainers")
set(CPACK_PACKAGE_CONTACT "racefill maintainers <racefill@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
    "back-fill of horse-racing history through a rate-limited API")
set(CPACK_PACKAGE_DESCRIPTION
    "Fetches every race, runner, horse and pedigree that The Racing API offers
into SQLite or PostgreSQL: never above the account's rate limit, resumable
after any kill, and with checks that prove it complete.
It comes as a command and as a service that keeps the tables up to date.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
    WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, sqlite3, jq")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    "${CMAKE_SOURCE_DIR}/conf/package/conffiles"
    "${CMAKE_SOURCE_DIR}/conf/package/postinst"
    "${CMAKE_SOURCE_DIR}/conf/package/prerm"
    "${CMAKE_SOURCE_DIR}/conf/package/postrm")
include(CPack)
