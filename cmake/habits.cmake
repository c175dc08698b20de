# Targets for what keeps the sources in one style: format, format-check, tidy.
set(scripts ${PROJECT_SOURCE_DIR}/scripts)
add_custom_target(format COMMAND ${scripts}/format USES_TERMINAL)
add_custom_target(format-check COMMAND ${scripts}/format --check USES_TERMINAL)
add_custom_target(tidy COMMAND ${scripts}/tidy ${PROJECT_BINARY_DIR} USES_TERMINAL)
add_dependencies(tidy diotima)  # for the headers that the build generates
