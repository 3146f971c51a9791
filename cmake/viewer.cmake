# The page of viewer/dist as a text in the program (viewer/page.hpp). It is made from viewer/page by 'npm run build' there, and kept, so
# that who builds the program needs no Node.
set(viewer_page ${PROJECT_SOURCE_DIR}/viewer/dist/page.html)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${viewer_page})
file(READ ${viewer_page} viewer_text)
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/viewer_page.cpp @ONLY CONTENT [[
#include "viewer/page.hpp"

namespace stampede::viewer {

std::string_view empty_page() {
  static constexpr std::string_view page = R"viewer(@viewer_text@)viewer";
  return page;
}

}  // namespace stampede::viewer
]])
target_sources(stampede_viewer PRIVATE ${PROJECT_BINARY_DIR}/viewer_page.cpp)
set_source_files_properties(${PROJECT_BINARY_DIR}/viewer_page.cpp PROPERTIES
                            SKIP_UNITY_BUILD_INCLUSION ON COMPILE_OPTIONS -Wno-overlength-strings)
