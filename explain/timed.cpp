#include "explain/timed.hpp"

#include <algorithm>
#include <optional>

#include "engine/core/error.hpp"
#include "engine/core/time.hpp"
#include "explain/frame.hpp"

namespace stampede::explain {
namespace {

using engine::Document;

Document* entry_of(Document& mapping, std::string_view key) {
  if (!mapping.is_mapping()) return nullptr;
  for (Document::Entry& entry : mapping.entries) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

void leave_out(Document& mapping, std::string_view key) {
  std::erase_if(mapping.entries, [&](const Document::Entry& entry) { return entry.key == key; });
}

std::optional<std::uint64_t> number_in(const Document* document) {
  if (document == nullptr || !document->is_scalar() || document->text.empty() ||
      document->text.find_first_not_of("0123456789") != std::string::npos)
    return std::nullopt;
  return std::stoull(document->text);
}

class TimedReduction {
 public:
  using GoOn = std::function<bool(const std::string&, std::uint64_t, std::uint64_t)>;

  TimedReduction(const scenarios::ScenarioFile& file, const scenarios::RunResult& run,
                 const scenarios::Fingerprint& fingerprint, const GoOn& go_on)
      : document_(file.picked(run.seed)),
        seed_(run.seed),
        fingerprint_(fingerprint),
        go_on_(go_on),
        smallest_{file, run, 0} {
    for (const char* unused : {"script", "explore", "reach", "expect", "seed"})
      leave_out(document_, unused);
    // As a file of its own it must do the same.
    const bool same = attempt(document_);
    ASSERT(same || stopped_);
  }

  TimedRun reduce() {
    for (std::uint64_t before = UINT64_MAX; taken_ != before && !stopped_;) {
      before = taken_;
      what_ = "faults";
      remove_faults();
      what_ = "operations";
      lower("workload", "operations", 1);
      what_ = "clients and nodes";
      lower("cluster", "clients", 1);
      lower("cluster", "replicas", 1);
      what_ = "network and clocks";
      for (const char* trouble : {"loss", "duplicate", "reorder"}) remove("network", trouble);
      remove_section("clocks");
      what_ = "durations";
      shorten_faults();
    }
    smallest_.candidates = candidates_;
    return std::move(smallest_);
  }

 private:
  [[nodiscard]] std::string text_of(const Document& document) const {
    std::string text = "seed: " + std::to_string(seed_) + "\n";
    for (const Document::Entry& entry : document.entries)
      text += entry.key + ": " + entry.value.to_plain_text() + "\n";
    return text + "expect: { violation: " + fingerprint_.property + " }\n";
  }

  [[nodiscard]] bool fails_alike(const scenarios::Scenario& scenario,
                                 const scenarios::RunResult& run) const {
    scenarios::RunResult only = run;
    std::erase_if(only.violations, [&](const scenarios::FoundViolation& found) {
      return found.violation.property != fingerprint_.property;
    });
    const auto fingerprints = scenarios::fingerprints_of(scenario, only);
    return !fingerprints.empty() && fingerprints.front() == fingerprint_;
  }

  bool attempt(const Document& candidate) {
    stopped_ = stopped_ || !go_on_(what_, smallest_.result.decisions, candidates_);
    if (stopped_) return false;
    ++candidates_;
    try {
      auto file = scenarios::ScenarioFile::parse(
          text_of(candidate), shrunk_path(smallest_.file.path()), {}, smallest_.file.models());
      const scenarios::Scenario scenario = file.resolve(seed_);
      scenarios::RunResult run = scenarios::run(scenario, {});
      if (!fails_alike(scenario, run)) return false;
      document_ = candidate;
      smallest_.file = std::move(file);
      smallest_.result = std::move(run);
      return true;
    } catch (const engine::InputError&) {
      return false;  // for example too few nodes for the model
    }
  }

  bool take_if(const Document& candidate) {
    const bool taken = attempt(candidate);
    taken_ += taken ? 1 : 0;
    return taken;
  }

  void remove_faults() {
    const Document* faults = entry_of(document_, "faults");
    const std::size_t count = faults == nullptr ? 0 : faults->items.size();
    for (std::size_t place = count; place-- > 0;) {
      Document candidate = document_;
      std::vector<Document>& items = entry_of(candidate, "faults")->items;
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(place));
      if (items.empty()) leave_out(candidate, "faults");
      take_if(candidate);
    }
  }

  /// The smallest number that still does, by halves of what is between.
  void lower(std::string_view section, std::string_view key, std::uint64_t least) {
    std::uint64_t low = least;
    while (!stopped_) {
      Document candidate = document_;
      Document* inner = entry_of(candidate, section);
      Document* value = inner == nullptr ? nullptr : entry_of(*inner, key);
      const auto number = number_in(value);
      if (!number || *number <= low) return;
      const std::uint64_t middle = low + (*number - low) / 2;
      value->text = std::to_string(middle);
      if (!take_if(candidate)) low = middle + 1;
    }
  }

  void remove(std::string_view section, std::string_view key) {
    Document candidate = document_;
    Document* inner = entry_of(candidate, section);
    if (inner == nullptr || entry_of(*inner, key) == nullptr) return;
    leave_out(*inner, key);
    take_if(candidate);
  }

  void remove_section(std::string_view key) {
    if (entry_of(document_, key) == nullptr) return;
    Document candidate = document_;
    leave_out(candidate, key);
    take_if(candidate);
  }

  /// Halves how long each fault lasts, down to a millisecond.
  void shorten_faults() {
    const Document* faults = entry_of(document_, "faults");
    const std::size_t count = faults == nullptr ? 0 : faults->items.size();
    for (std::size_t place = 0; place < count; ++place) {
      for (bool taken = true; taken && !stopped_;) {
        Document candidate = document_;
        Document& fault = entry_of(candidate, "faults")->items[place];
        Document* lasts =
            fault.entries.empty() ? nullptr : entry_of(fault.entries.front().value, "lasts");
        const auto duration = lasts != nullptr && lasts->is_scalar()
                                  ? engine::parse_duration(lasts->text)
                                  : std::nullopt;
        if (!duration || *duration <= engine::milliseconds(1)) break;
        lasts->text = engine::to_string(engine::Duration{duration->nanoseconds / 2});
        taken = take_if(candidate);
      }
    }
  }

  Document document_;
  std::uint64_t seed_;
  scenarios::Fingerprint fingerprint_;
  const GoOn& go_on_;
  TimedRun smallest_;
  std::string what_ = "faults";
  std::uint64_t candidates_ = 0;
  std::uint64_t taken_ = 0;
  bool stopped_ = false;
};

}  // namespace

TimedRun reduce_timed(
    const scenarios::ScenarioFile& file, const scenarios::RunResult& run,
    const scenarios::Fingerprint& fingerprint,
    const std::function<bool(const std::string&, std::uint64_t, std::uint64_t)>& go_on) {
  return TimedReduction(file, run, fingerprint, go_on).reduce();
}

std::uint64_t faults_in(const scenarios::ScenarioFile& file) {
  const Document document = file.picked(file.seed());
  const Document* faults = document.find("faults");
  return faults == nullptr ? 0 : faults->items.size();
}

}  // namespace stampede::explain
