include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

install(TARGETS diotima EXPORT diotimaTargets)
if(TARGET diotima_cli)
  install(TARGETS diotima_cli)
endif()
foreach(module codec graph kv)
  install(DIRECTORY ${module}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
endforeach()

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/diotima)
install(EXPORT diotimaTargets NAMESPACE diotima:: DESTINATION ${package_dir})
configure_package_config_file(cmake/diotimaConfig.cmake.in diotimaConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may break what an application relies on.
write_basic_package_version_file(diotimaConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/diotimaConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/diotimaConfigVersion.cmake DESTINATION ${package_dir})

file(RELATIVE_PATH pkgconfig_to_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig
     ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/diotima.pc.in diotima.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/diotima.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
