# Debian packages, by `cpack` in the build directory: the shared library, what it takes to build
# with it, and the program. The program has the static library in it, as it uses more of it than
# the public headers promise.
set(DIOTIMA_PACKAGE_MAINTAINER "Diotima maintainers <maintainers@diotima.invalid>"
    CACHE STRING "Maintainer of the Debian packages")

# Of the objects that the static library is made of.
diotima_library(diotima_shared SHARED)

set(library_package libdiotima${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(package_libdir lib/${CMAKE_LIBRARY_ARCHITECTURE})
install(TARGETS diotima_shared EXPORT diotimaSharedTargets
        LIBRARY DESTINATION ${package_libdir} COMPONENT library NAMELINK_COMPONENT dev
                EXCLUDE_FROM_ALL)
diotima_install_metadata(diotimaSharedTargets ${package_libdir} FALSE
                         "COMPONENT;dev;EXCLUDE_FROM_ALL")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME diotima)
set(CPACK_PACKAGE_CONTACT "${DIOTIMA_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/packages)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL library dev cli)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "embedded metadata store for incremental ML pipelines")

# The package of a component: its name, its section, and what it has of it all.
macro(diotima_package component name section has)
  string(TOUPPER ${component} upper)
  set(CPACK_DEBIAN_${upper}_PACKAGE_NAME ${name})
  set(CPACK_DEBIAN_${upper}_PACKAGE_SECTION ${section})
  set(CPACK_DEBIAN_${upper}_DESCRIPTION
      "Diotima keeps the metadata of the samples of ML pipelines, on RocksDB, and
tells what has to be computed again after a change of data or code.
.
This package has ${has}.")
  install(FILES cmake/copyright DESTINATION share/doc/${name} COMPONENT ${component}
          EXCLUDE_FROM_ALL)
endmacro()

diotima_package(library ${library_package} libs "the shared library")
diotima_package(dev libdiotima-dev libdevel "what C++ programs are built with")
diotima_package(cli diotima database "the command line program")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_CLI_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "${library_package} (= ${PROJECT_VERSION}-1)")
include(CPack)
