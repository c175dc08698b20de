# Tests of what is around the library: modules, style, installed package, README, quickstart.
find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_test(NAME markdown COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/markdown_test.py)
add_test(NAME no_throw COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/no_throw_test.py)
add_test(NAME layers COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/layers_test.py)

find_program(CLANG_FORMAT clang-format)
if(CLANG_FORMAT)
  add_test(NAME format COMMAND ${PROJECT_SOURCE_DIR}/scripts/format --check)
endif()

# An application would have to be built with the same sanitizer.
if(NOT DIOTIMA_SANITIZE)
  add_test(NAME install COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/install_test.py
                                ${PROJECT_BINARY_DIR})
endif()

# The reference of the public headers; a comment that Doxygen cannot read fails the test.
find_program(DOXYGEN doxygen)
if(DOXYGEN)
  set(reference ${CMAKE_COMMAND} -E env DIOTIMA_VERSION=${PROJECT_VERSION}
                DIOTIMA_REFERENCE=${PROJECT_BINARY_DIR}/reference ${DOXYGEN} docs/Doxyfile)
  file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/reference)
  add_custom_target(reference COMMAND ${reference} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  add_test(NAME reference COMMAND ${reference} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endif()

if(TARGET diotima_shared)
  add_test(NAME exports COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/exports_test.py
                                $<TARGET_FILE:diotima_shared>)
  add_test(NAME package COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/package_test.py
                                ${PROJECT_BINARY_DIR})
endif()

if(TARGET diotima_cli)
  add_test(NAME quickstart COMMAND Python3::Interpreter
                                   ${CMAKE_CURRENT_SOURCE_DIR}/quickstart_test.py
                                   $<TARGET_FILE:diotima_cli>)
  add_test(NAME readme COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/readme_test.py
                               $<TARGET_FILE:diotima_cli>)
endif()

# The example as its reader builds it, except that the library is the one of this build.
if(TARGET diotima_cli AND NOT DIOTIMA_SANITIZE)
  include(CMakePackageConfigHelpers)
  file(WRITE ${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/diotimaConfig.cmake "")
  write_basic_package_version_file(${CMAKE_FIND_PACKAGE_REDIRECTS_DIR}/diotimaConfigVersion.cmake
                                   COMPATIBILITY SameMinorVersion)
  add_subdirectory(${PROJECT_SOURCE_DIR}/docs/examples/service service)
  add_test(NAME service COMMAND Python3::Interpreter ${CMAKE_CURRENT_SOURCE_DIR}/service_test.py
                                $<TARGET_FILE:service> $<TARGET_FILE:diotima_cli>)
  set_tests_properties(service PROPERTIES TIMEOUT 600)
endif()
