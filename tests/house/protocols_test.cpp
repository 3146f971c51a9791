// A protocol may embed another's core (models/consensus/consensus.hpp), never its server.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <regex>
#include <set>

#include "tests/house/sources.hpp"

namespace stampede::house {
namespace {

using Includes = std::map<std::string, std::vector<std::string>>;

/// By file of models/: which of them it includes.
Includes includes_of(const std::vector<Source>& models) {
  static const std::regex pattern("#include \"(models/[^\"]+)\"");
  Includes includes;
  for (const Source& source : models) {
    std::vector<std::string>& list = includes[source.path];
    for (std::sregex_iterator at(source.text.begin(), source.text.end(), pattern), end; at != end;
         ++at)
      list.push_back((*at)[1]);
  }
  return includes;
}

/// `paxos` of models/paxos/core.hpp; a file beside the folders is its own.
std::string folder(const std::string& path) { return path.substr(7, path.find('/', 7) - 7); }

bool is_shared(const std::string& path) {
  static const std::set<std::string> shared = {"service", "client", "consensus", "detector",
                                               "models.hpp"};
  return shared.count(folder(path)) == 1;
}

bool is_core(const std::string& path) {
  static const std::regex core("models/[^/]+/core(_facts)?\\.hpp");
  return std::regex_match(path, core);
}

/// All that a file includes, directly or not.
std::set<std::string> closure(const Includes& includes, const std::string& file) {
  std::set<std::string> seen;
  std::vector<std::string> open = {file};
  while (!open.empty()) {
    const std::string next = open.back();
    open.pop_back();
    if (!seen.insert(next).second) continue;
    const auto place = includes.find(next);
    if (place != includes.end())
      open.insert(open.end(), place->second.begin(), place->second.end());
  }
  seen.erase(file);
  return seen;
}

std::vector<std::string> offences(const std::vector<Source>& models) {
  const Includes includes = includes_of(models);
  std::vector<std::string> found;
  std::map<std::string, std::set<std::string>> embeds;
  for (const auto& [path, list] : includes) {
    if (path == "models/models.cpp") continue;
    for (const std::string& include : list) {
      if (folder(include) == folder(path) || is_shared(include)) continue;
      if (!is_core(include)) found.push_back(path + " includes " + include + ", which is no core");
      embeds[folder(path)].insert(folder(include));
    }
    if (!is_core(path)) continue;
    for (const std::string& reached : closure(includes, path)) {
      if (folder(reached) == "client") found.push_back(path + " is a core and reaches clients");
    }
  }
  // Whoever is not embedded by one who is left goes; a circle stays.
  for (bool is_less = true; is_less;) {
    is_less = std::erase_if(embeds, [&](const auto& one) {
                return std::none_of(embeds.begin(), embeds.end(), [&](const auto& other) {
                  return other.second.count(one.first) == 1;
                });
              }) > 0;
  }
  for (const auto& [protocol, embedded] : embeds) found.push_back(protocol + " embeds itself");
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Source file(const char* path, const std::vector<std::string>& includes) {
  std::string text;
  for (const std::string& include : includes) text += "#include \"" + include + "\"\n";
  return {path, text, 0};
}

}  // namespace

TEST_CASE("house: a protocol embeds another's core, never its server", "[house]") {
  CHECK(offences(sources({"models"})) == std::vector<std::string>{});
}

TEST_CASE("house: servers, clients and circles in embedded protocols are seen", "[house]") {
  CHECK(offences({file("models/a/replica.hpp", {"models/b/core.hpp", "models/client/client.hpp"}),
                  file("models/b/core.hpp", {"models/b/messages.hpp"}),
                  file("models/b/messages.hpp", {"models/consensus/ballot.hpp"})}) ==
        std::vector<std::string>{});
  CHECK(offences({file("models/a/replica.hpp", {"models/b/replica.hpp"})}) ==
        std::vector<std::string>{
            "models/a/replica.hpp includes models/b/replica.hpp, which is no core"});
  CHECK(offences({file("models/a/core.hpp", {"models/a/messages.hpp"}),
                  file("models/a/messages.hpp", {"models/client/client.hpp"})}) ==
        std::vector<std::string>{"models/a/core.hpp is a core and reaches clients"});
  CHECK(offences({file("models/a/core.hpp", {"models/b/core.hpp"}),
                  file("models/b/core.hpp", {"models/c/core.hpp"}),
                  file("models/c/core.hpp", {"models/a/core.hpp"})}) ==
        std::vector<std::string>{"a embeds itself", "b embeds itself", "c embeds itself"});
}

}  // namespace stampede::house
