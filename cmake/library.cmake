# One library from three modules. Each module sees the public headers of those before it, not of
# those after it: codec <- graph <- kv.
find_program(FLATC flatc REQUIRED)

# Graph files may break lines inside of inline tables, as TOML 1.1 allows. Set for every target, as
# toml++ is a header and its functions must be the same wherever it is included.
add_compile_definitions(TOML_ENABLE_UNRELEASED_FEATURES=1)

# Compiles the sources of each folder of `target` together where DIOTIMA_UNITY_BUILD says so, so that
# their headers are read once.
function(diotima_unity target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${DIOTIMA_UNITY_BUILD}
                                             UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source ${sources})
    get_filename_component(folder ${source} DIRECTORY)
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${folder})
    string(MAKE_C_IDENTIFIER "${folder}" group)
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()

function(diotima_flatbuffers target schema)
  get_filename_component(name ${schema} NAME_WE)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/generated/${name}_generated.h)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${FLATC} --cpp --scoped-enums -o ${CMAKE_CURRENT_BINARY_DIR}/generated
            ${CMAKE_CURRENT_SOURCE_DIR}/${schema}
    DEPENDS ${schema})
  target_sources(${target} PRIVATE ${out})
endfunction()

# Makes the text of `file` a string literal in generated/`header`.
function(diotima_embed_text file header)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/${header}
       CONTENT "R\"text(@text@)text\"\n" @ONLY)
endfunction()

function(diotima_module name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${name}/*.cc)
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  add_library(diotima_${name} OBJECT ${sources})
  diotima_unity(diotima_${name})
  # The shared library exports what DIOTIMA_EXPORT marks, and nothing else.
  set_target_properties(diotima_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON
                                                   CXX_VISIBILITY_PRESET hidden
                                                   VISIBILITY_INLINES_HIDDEN ON)
  target_include_directories(diotima_${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}
                                                     ${CMAKE_CURRENT_BINARY_DIR}/generated)
  target_precompile_headers(
    diotima_${name} PRIVATE <algorithm> <functional> <map> <memory> <optional> <string>
    <string_view> <unordered_map> <utility> <vector>)
  foreach(module ${name} ${ARGN})
    target_include_directories(diotima_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/${module}/include)
  endforeach()
endfunction()

diotima_module(codec)
diotima_flatbuffers(diotima_codec codec/row/row.fbs)
# `diotima schema` prints it.
diotima_embed_text(codec/row/row.fbs row_fbs.inc)
target_include_directories(diotima_codec PRIVATE ${XXHASH_INCLUDE_DIR})
diotima_module(graph codec)
diotima_module(kv graph codec)
diotima_flatbuffers(diotima_kv kv/catalog/catalog.fbs)
target_compile_definitions(diotima_kv PRIVATE DIOTIMA_VERSION="${PROJECT_VERSION}")
# Later modules include the headers that are made for earlier ones.
add_custom_target(diotima_schemas
                  DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/generated/row_generated.h
                          ${CMAKE_CURRENT_BINARY_DIR}/generated/catalog_generated.h)
foreach(module codec graph kv)
  add_dependencies(diotima_${module} diotima_schemas)
endforeach()

# The library `target` of the given KIND (SHARED, or nothing for what BUILD_SHARED_LIBS says).
function(diotima_library target)
  add_library(${target} ${ARGN} $<TARGET_OBJECTS:diotima_codec> $<TARGET_OBJECTS:diotima_graph>
                        $<TARGET_OBJECTS:diotima_kv>)
  # Before 1.0 a minor version may break what a program relies on.
  set_target_properties(
    ${target} PROPERTIES OUTPUT_NAME diotima EXPORT_NAME diotima VERSION ${PROJECT_VERSION}
                         SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  foreach(module codec graph kv)
    target_include_directories(
      ${target} PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/${module}/include>)
  endforeach()
  target_include_directories(${target} PUBLIC $<INSTALL_INTERFACE:include>)
  target_compile_features(${target} PUBLIC cxx_std_20)
  target_link_libraries(
    ${target} PRIVATE RocksDB::rocksdb-shared flatbuffers::flatbuffers_shared simdjson::simdjson
                      OpenSSL::Crypto spdlog::spdlog xxhash Threads::Threads)
endfunction()

diotima_library(diotima)
add_library(diotima::diotima ALIAS diotima)
