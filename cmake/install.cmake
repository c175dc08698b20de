# What `cmake --install` installs, and of that the parts that the Debian packages have too.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# Before 1.0 a minor version may break what an application relies on.
write_basic_package_version_file(diotimaConfigVersion.cmake COMPATIBILITY SameMinorVersion)

# The files by which applications find the library that was exported as `export`, below `libdir`.
# `args` are more arguments of install(). A static library leaves it to the application to link
# what it is made with.
function(diotima_install_metadata export libdir is_static args)
  set(DIOTIMA_IS_STATIC ${is_static})
  set(DIOTIMA_LIBDIR ${libdir})
  set(DIOTIMA_LIBS "-ldiotima")
  if(is_static)
    string(APPEND DIOTIMA_LIBS
           " -lrocksdb -lflatbuffers -lsimdjson -lcrypto -lspdlog -lfmt -lxxhash -pthread")
  endif()
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${export})
  set(package_dir ${libdir}/cmake/diotima)
  configure_package_config_file(cmake/diotimaConfig.cmake.in ${out}/diotimaConfig.cmake
                                INSTALL_DESTINATION ${package_dir})
  # Found from where the file lies, so that an installed copy can be moved.
  file(RELATIVE_PATH DIOTIMA_PC_TO_PREFIX /prefix/${libdir}/pkgconfig /prefix)
  configure_file(cmake/diotima.pc.in ${out}/diotima.pc @ONLY)
  install(EXPORT ${export} FILE diotimaTargets.cmake NAMESPACE diotima:: DESTINATION ${package_dir}
                           ${args})
  install(FILES ${out}/diotimaConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/diotimaConfigVersion.cmake
          DESTINATION ${package_dir} ${args})
  install(FILES ${out}/diotima.pc DESTINATION ${libdir}/pkgconfig ${args})
endfunction()

install(TARGETS diotima EXPORT diotimaTargets COMPONENT as_built)
get_target_property(type diotima TYPE)
set(is_static FALSE)
if(type STREQUAL "STATIC_LIBRARY")
  set(is_static TRUE)
endif()
diotima_install_metadata(diotimaTargets ${CMAKE_INSTALL_LIBDIR} ${is_static} "COMPONENT;as_built")

foreach(module codec graph kv)
  install(DIRECTORY ${module}/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev)
endforeach()
if(TARGET diotima_cli)
  install(TARGETS diotima_cli COMPONENT cli)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cli/diotima.1
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT cli)
  set(completions ${CMAKE_CURRENT_BINARY_DIR}/cli/completions)
  foreach(where bash-completion/completions/diotima zsh/vendor-completions/_diotima
                fish/vendor_completions.d/diotima.fish)
    get_filename_component(directory ${where} DIRECTORY)
    install(FILES ${completions}/${where} DESTINATION ${CMAKE_INSTALL_DATADIR}/${directory}
            COMPONENT cli)
  endforeach()
endif()
