# What `cmake --install` puts onto a bastion: the program, its unit, examples and documents.
include(GNUInstallDirs)

install(TARGETS understudy RUNTIME)
install(FILES systemd/understudy.service DESTINATION lib/systemd/system)
install(FILES systemd/understudy.sysusers DESTINATION lib/sysusers.d RENAME understudy.conf)
install(FILES systemd/understudy.tmpfiles DESTINATION lib/tmpfiles.d RENAME understudy.conf)
install(FILES config/example.toml README.md LICENSE SECURITY.md
    config/prometheus/understudy.rules.yml
    DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES systemd/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR}/systemd)
install(FILES systemd/understudy.service.d/addresses.conf.example
    DESTINATION ${CMAKE_INSTALL_DOCDIR}/systemd/understudy.service.d)
