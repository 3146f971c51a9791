#include <catch2/catch.hpp>
#include <fstream>

#include "cli/bugs_report.hpp"
#include "tests/docs/document.hpp"
#include "tests/golden/rewriting.hpp"

namespace stampede {

TEST_CASE("bugs document: it is what the command prints of the last record", "[docs]") {
  const std::string page = cli::bugs_page(
      models::all_models(), scenarios::read_known_bugs(docs::root + "scenarios/known-bugs.json"));
  const std::string path = docs::root + "docs/bugs.md";
  if (is_rewriting()) std::ofstream(path) << page;
  std::ifstream stream(path);
  const std::string committed((std::istreambuf_iterator<char>(stream)),
                              std::istreambuf_iterator<char>());
  CHECK(committed == page);
  CHECK(page.find("vrr-new-state-unchecked") != std::string::npos);
}

}  // namespace stampede
