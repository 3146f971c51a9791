#include "scenarios/running/swept.hpp"

#include <algorithm>
#include <numeric>

namespace stampede::scenarios {
namespace {

std::string range_text(const SeedRange& range) {
  return std::to_string(range.first) + ".." + std::to_string(range.last);
}

/// Both together; ranges that meet become one.
SeedRanges together(const SeedRanges& some, const SeedRanges& others) {
  SeedRanges all = some;
  all.insert(all.end(), others.begin(), others.end());
  std::sort(all.begin(), all.end());
  SeedRanges joined;
  for (const SeedRange& range : all) {
    // Written so that nothing overflows behind the last seed of all.
    if (joined.empty() ||
        (range.first > joined.back().last && range.first - 1 > joined.back().last)) {
      joined.push_back(range);
    } else {
      joined.back().last = std::max(joined.back().last, range.last);
    }
  }
  return joined;
}

/// The first seeds that are in both, if any are.
std::optional<SeedRange> common(const SeedRanges& some, const SeedRanges& others) {
  for (const SeedRange& one : some) {
    for (const SeedRange& other : others) {
      const SeedRange both{std::max(one.first, other.first), std::min(one.last, other.last)};
      if (both.first <= both.last) return both;
    }
  }
  return std::nullopt;
}

void check_ranges(const engine::Document& document, const SeedRanges& ranges) {
  const bool right = std::all_of(ranges.begin(), ranges.end(),
                                 [](const SeedRange& one) { return one.first <= one.last; }) &&
                     together(ranges, {}) == ranges;
  if (!right) {
    document.fail("expected ranges of seeds in ascending order, with gaps between them",
                  R"(for example [{"first":1,"last":500}])");
  }
}

std::uint64_t count_of(const SeedRanges& ranges) {
  return std::accumulate(
      ranges.begin(), ranges.end(), std::uint64_t{0},
      [](std::uint64_t count, const SeedRange& one) { return count + (one.last - one.first + 1); });
}

}  // namespace

std::string ranges_text(const SeedRanges& ranges) {
  std::vector<std::string> texts;
  for (const SeedRange& one : ranges) texts.push_back(range_text(one));
  return texts.empty() ? "none" : engine::comma_list(texts);
}

Swept swept(const ScenarioFile& file, const engine::SweepSettings& asked, SweepSummary summary) {
  Swept result;
  result.scenario_file = file.path();
  result.scenario_text = file.text();
  result.overrides = file.overrides();
  result.build = engine::build();
  if (summary.seeds != 0) result.ran = {{asked.first, asked.first + (summary.seeds - 1)}};
  // Enough failing seeds are all that was asked for.
  result.asked = summary.interrupted ? SeedRanges{{asked.first, asked.last}} : result.ran;
  result.summary = std::move(summary);
  return result;
}

Swept read_swept(std::string_view json, const std::string& file) {
  const engine::Document document = engine::parse_json(json, file);
  for (const std::string& key : engine::member_names<Swept>()) {
    // Of one the members stand beside these, and not everybody asks for the other.
    if (key != "summary" && key != "coverage") static_cast<void>(document.at(key));
  }
  for (const std::string& key : engine::member_names<SweepSummary>())
    static_cast<void>(document.at(key));
  Swept swept;
  engine::read(document, swept);
  check_ascending(document, swept.summary);
  check_ranges(document.at("asked"), swept.asked);
  check_ranges(document.at("ran"), swept.ran);
  if (count_of(swept.ran) != swept.summary.seeds) {
    document.at("seeds").fail("these are not as many seeds as in " + ranges_text(swept.ran),
                              "merge files as stampede sweep --summary wrote them");
  }
  return swept;
}

void merge(Swept& swept, const Swept& part, const std::string& file) {
  const auto refuse = [&](const std::string& message, const std::string& hint) {
    throw engine::InputError(engine::Place{file, 0, 0}, message, hint);
  };
  if (part.scenario_text != swept.scenario_text || part.overrides != swept.overrides) {
    refuse("this is a sweep of another scenario: " + part.scenario_file,
           "parts of one sweep have the same file and the same --set; the first is of " +
               swept.scenario_file);
  }
  // The same seed may be another run there. Compilers make no difference.
  if (part.build.version != swept.build.version || part.build.commit != swept.build.commit) {
    refuse("this was swept by another build: " + engine::build_text(part.build),
           "sweep its seeds again with " + engine::build_text(swept.build));
  }
  if (const auto both = common(swept.ran, part.ran)) {
    refuse("seeds " + range_text(*both) + " are in a file before, too",
           "each seed counts once: leave one of the files out");
  }
  merge(swept.summary, part.summary);
  // Of a part only it would be no coverage of the whole.
  if (swept.coverage && part.coverage) {
    merge(*swept.coverage, *part.coverage);
  } else {
    swept.coverage.reset();
  }
  swept.asked = together(swept.asked, part.asked);
  swept.ran = together(swept.ran, part.ran);
  // What one part did not come to may be another's.
  swept.summary.interrupted = swept.ran != swept.asked;
}

}  // namespace stampede::scenarios
