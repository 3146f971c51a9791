// The file of what is known of each defect: JSON, one defect a line, so that a change is one line.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "engine/core/document.hpp"
#include "engine/core/json.hpp"
#include "scenarios/running/bugs.hpp"

namespace stampede::scenarios {

KnownBugs read_known_bugs(const std::string& path) {
  const std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream.is_open() || !text)
    throw engine::InputError({path, 0, 0}, "cannot be read",
                             "it stands beside the scenarios of the catalogue");
  const engine::Document document = engine::parse_json(text.str(), path);
  KnownBugs known;
  engine::read(document, known);
  for (std::size_t i = 1; i < known.size(); ++i) {
    if (known[i - 1].defect >= known[i].defect)
      document.items[i].fail("expected defects in ascending order, each once",
                             "'bugs --record' writes it anew");
  }
  return known;
}

std::string to_text(const KnownBugs& known) {
  std::string text = "[";
  for (const KnownBug& bug : known)
    text.append(text.size() == 1 ? "\n" : ",\n").append(engine::to_json(bug));
  return text + "\n]\n";
}

const KnownBug* find(const KnownBugs& known, const std::string& defect) {
  const auto place = std::lower_bound(
      known.begin(), known.end(), defect,
      [](const KnownBug& bug, const std::string& name) { return bug.defect < name; });
  return place == known.end() || place->defect != defect ? nullptr : &*place;
}

KnownBugs recorded(KnownBugs known, const Trial& trial) {
  for (const TriedBug& tried : trial.bugs) {
    auto place = std::find_if(known.begin(), known.end(),
                              [&](const KnownBug& bug) { return bug.defect >= tried.defect; });
    if (place == known.end() || place->defect != tried.defect) {
      place = known.insert(place, KnownBug{});
      place->defect = tried.defect;
    }
    for (const Way way : ways) {
      if (tried.by(way).sighting) place->by(way).sighting = *tried.by(way).sighting;
    }
  }
  return known;
}

}  // namespace stampede::scenarios
