#include "sources.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cctype>
#include <fstream>
#include <sstream>

namespace stampede::house {
namespace {

namespace fs = std::filesystem;

Source read(const fs::path& path) {
  std::ifstream stream(path);
  std::stringstream text;
  text << stream.rdbuf();
  Source source{fs::relative(path, root).string(), text.str(), 0};
  source.lines = static_cast<std::size_t>(std::count(source.text.begin(), source.text.end(), '\n'));
  return source;
}

void sort_by_path(std::vector<Source>& list) {
  std::sort(list.begin(), list.end(),
            [](const Source& a, const Source& b) { return a.path < b.path; });
  REQUIRE(!list.empty());
}

/// The place behind `end`, looked for from `from` on, or the end of the text.
std::size_t behind(const std::string& text, const std::string& end, std::size_t from) {
  const std::size_t found = text.find(end, from);
  return found == std::string::npos ? text.size() : found + end.size();
}

/// The place behind the literal that begins with the quote at `begin`.
std::size_t end_of_literal(const std::string& text, std::size_t begin) {
  if (text[begin] == '"' && begin > 0 && text[begin - 1] == 'R') {
    const std::size_t open = behind(text, "(", begin);
    return behind(text, ")" + text.substr(begin + 1, open - begin - 2) + "\"", open);
  }
  std::size_t at = begin + 1;
  while (at < text.size() && text[at] != text[begin]) at += text[at] == '\\' ? 2 : 1;
  return std::min(text.size(), at + 1);
}

bool separates_digits(const std::string& text, std::size_t at) {
  return at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1])) != 0;
}

}  // namespace

std::vector<Source> sources(const std::vector<std::string>& folders) {
  std::vector<Source> list;
  for (const std::string& folder : folders) {
    if (!fs::exists(root / folder)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
      const std::string extension = entry.path().extension().string();
      if (extension == ".cpp" || extension == ".hpp") list.push_back(read(entry.path()));
    }
  }
  sort_by_path(list);
  return list;
}

std::vector<Source> documents() {
  std::vector<Source> list;
  for (fs::recursive_directory_iterator entry(root), end; entry != end; ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (name == "build" || name == ".git" || name == "node_modules"))
      entry.disable_recursion_pending();
    else if (entry->path().extension() == ".md")
      list.push_back(read(entry->path()));
  }
  sort_by_path(list);
  return list;
}

std::string code_only(const std::string& text) {
  std::string code = text;
  for (std::size_t at = 0; at < text.size(); ++at) {
    std::size_t end = at;
    if (text.compare(at, 2, "//") == 0) {
      end = std::min(text.size(), text.find('\n', at));
    } else if (text.compare(at, 2, "/*") == 0) {
      end = behind(text, "*/", at + 2);
    } else if (text[at] == '"' || (text[at] == '\'' && !separates_digits(text, at))) {
      end = end_of_literal(text, at);
    }
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    if (end > at) at = end - 1;
  }
  return code;
}

}  // namespace stampede::house
