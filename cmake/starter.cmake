# The files of cli/starter as texts in the program: what 'stampede new' writes (cli/starter.hpp).
file(GLOB_RECURSE starter_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/cli/starter ${PROJECT_SOURCE_DIR}/cli/starter/*.in)
set(starter_list "")
foreach(starter_file ${starter_files})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cli/starter/${starter_file})
  file(READ ${PROJECT_SOURCE_DIR}/cli/starter/${starter_file} starter_text)
  string(REGEX REPLACE "[.]in$" "" starter_path ${starter_file})
  string(APPEND starter_list "      {\"${starter_path}\", R\"starter(${starter_text})starter\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/starter.cpp @ONLY CONTENT [[
#include "cli/starter.hpp"

namespace stampede::cli {

const std::vector<StarterFile>& starter_files() {
  static const std::vector<StarterFile> files = {
@starter_list@  };
  return files;
}

}  // namespace stampede::cli
]])
target_sources(stampede_cli PRIVATE ${PROJECT_BINARY_DIR}/starter.cpp)
set_source_files_properties(${PROJECT_BINARY_DIR}/starter.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
