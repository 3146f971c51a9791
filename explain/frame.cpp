#include "explain/frame.hpp"

#include <algorithm>
#include <filesystem>

#include "scenarios/reading/check_reader.hpp"

namespace stampede::explain {

using engine::Document;

namespace {

/// Says how many take part, where the section does not say it already.
void set_count(Document& section, const std::string& key, std::uint32_t count) {
  Document number = engine::text_document(std::to_string(count));
  number.quoted = false;
  const auto said = std::find_if(section.entries.begin(), section.entries.end(),
                                 [&](const Document::Entry& entry) { return entry.key == key; });
  if (said == section.entries.end()) {
    section.entries.push_back({key, 0, 0, std::move(number)});
  } else {
    said->value = std::move(number);
  }
}

}  // namespace

std::string shrunk_path(const std::string& path) {
  const std::string stem = std::filesystem::path(path).stem().string();
  return (stem.ends_with("-shrunk") ? stem : stem + "-shrunk") + ".yaml";
}

Frame::Frame(const scenarios::ScenarioFile& file, const scenarios::Scenario& scenario,
             const std::string& property)
    : saves(scenario.saves),
      replicas(scenario.cluster.replicas),
      clients(scenario.cluster.clients),
      seed(scenario.seed),
      property_(property),
      check_(scenarios::check_text(scenario, property)),
      models_(file.models()) {
  const Document picked = file.picked(scenario.seed);
  cluster_ = picked.at("cluster");
  if (const Document* clocks_of_file = picked.find("clocks")) clocks_ = *clocks_of_file;
  clocks = has_clocks();
}

std::vector<std::pair<std::string, std::string>> Frame::sections() const {
  Document cluster = cluster_;
  if (replicas != 0 || cluster.find("replicas") != nullptr)
    set_count(cluster, "replicas", replicas);
  if (clients != 0 || cluster.find("clients") != nullptr) set_count(cluster, "clients", clients);
  std::vector<std::pair<std::string, std::string>> list;
  if (clocks) list.emplace_back("seed", std::to_string(seed));
  list.emplace_back("cluster", cluster.to_plain_text());
  list.emplace_back("checks", "[" + check_ + "]");
  if (clocks) list.emplace_back("clocks", clocks_.to_plain_text());
  list.emplace_back("saves", saves == scenarios::Saves::in_step ? "in_step" : "decisions");
  return list;
}

scenarios::Scenario Frame::scenario() const {
  std::string text;
  for (const auto& [key, value] : sections()) text += key + ": " + value + "\n";
  text += "expect: { violation: " + property_ + " }\n";
  const auto file = scenarios::ScenarioFile::parse(text, "the shrunk scenario", {}, models_);
  return file.resolve(file.seed());
}

}  // namespace stampede::explain
