# What somebody else's project sees of this one, the same by add_subdirectory and by find_package: one library, stampede::stampede, and
# its headers as <stampede/engine/process/process.hpp>.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
get_property(folders GLOBAL PROPERTY stampede_folders)
get_property(libraries GLOBAL PROPERTY stampede_libraries)

# Made when somebody needs them, not in our own way: within the house headers are included from its root.
set(public_headers ${PROJECT_BINARY_DIR}/include)
list(JOIN folders "," joined_folders)
set(make_public_headers ${CMAKE_COMMAND} -DFROM=${PROJECT_SOURCE_DIR} -DFOLDERS=${joined_folders} -DTO=${public_headers}
                        -P ${PROJECT_SOURCE_DIR}/cmake/public_headers.cmake)
set(headers "")
foreach(folder ${folders})
  file(GLOB_RECURSE more CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.hpp)
  list(APPEND headers ${more})
endforeach()
# Named one by one: whoever includes a copy is compiled anew in the same build that changes it.
string(REPLACE "${PROJECT_SOURCE_DIR}/" "${public_headers}/stampede/" copies "${headers}")
add_custom_command(OUTPUT ${public_headers}/made BYPRODUCTS ${copies} COMMAND ${make_public_headers} COMMAND ${CMAKE_COMMAND} -E touch ${public_headers}/made
                   DEPENDS ${headers} ${PROJECT_SOURCE_DIR}/cmake/public_headers.cmake COMMENT "Making the public headers" VERBATIM)
add_custom_target(stampede_public_headers DEPENDS ${public_headers}/made)

add_library(stampede_library INTERFACE)
add_library(stampede::stampede ALIAS stampede_library)
add_dependencies(stampede_library stampede_public_headers)
set_target_properties(stampede_library PROPERTIES EXPORT_NAME stampede)
target_link_libraries(stampede_library INTERFACE stampede_cli)
# Warnings of whoever includes them are not about us; what is imported is a system's anyhow.
target_include_directories(stampede_library SYSTEM INTERFACE $<BUILD_INTERFACE:${public_headers}>)
target_include_directories(stampede_library INTERFACE $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/stampede)
install(TARGETS stampede RUNTIME)
install(TARGETS stampede_library ${libraries} EXPORT stampede-targets ARCHIVE)
install(EXPORT stampede-targets NAMESPACE stampede:: DESTINATION ${package})
list(JOIN make_public_headers "\" \"" quoted)
install(CODE "execute_process(COMMAND \"${quoted}\" COMMAND_ERROR_IS_FATAL ANY)")
install(DIRECTORY ${public_headers}/stampede DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
configure_package_config_file(cmake/stampede-config.cmake.in ${PROJECT_BINARY_DIR}/stampede-config.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/stampede-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/stampede-config.cmake ${PROJECT_BINARY_DIR}/stampede-config-version.cmake DESTINATION ${package})
