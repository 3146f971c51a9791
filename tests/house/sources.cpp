#include "sources.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace stampede::house {

namespace fs = std::filesystem;

std::vector<Source> sources(const std::vector<std::string>& folders) {
  std::vector<Source> list;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".cpp" && extension != ".hpp") continue;
      std::ifstream stream(entry.path());
      std::stringstream text;
      text << stream.rdbuf();
      Source source{fs::relative(entry.path(), root).string(), text.str(), 0};
      source.lines =
          static_cast<std::size_t>(std::count(source.text.begin(), source.text.end(), '\n'));
      list.push_back(std::move(source));
    }
  }
  std::sort(list.begin(), list.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  REQUIRE(!list.empty());
  return list;
}

}  // namespace stampede::house
