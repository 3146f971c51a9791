// stampede list: what there is. stampede schema: the JSON Schema of scenarios.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "cli/command.hpp"
#include "cli/report.hpp"
#include "engine/core/json.hpp"
#include "models/service/services.hpp"
#include "scenarios/reading/checks.hpp"
#include "scenarios/reading/fault_schema.hpp"
#include "scenarios/reading/model_names.hpp"
#include "scenarios/reading/scenario.hpp"
#include "scenarios/reading/scenario_schema.hpp"

namespace stampede::cli {
namespace {

struct Row {
  std::string name;
  std::string about;
  std::vector<std::pair<std::string, std::string>> more;
};

engine::ClusterSpec default_cluster(const engine::Model& model) {
  engine::ClusterSpec cluster;
  cluster.replicas = std::clamp(cluster.replicas, model.replicas_min, model.replicas_max);
  for (const engine::GroupOffer& offer : model.further_groups)
    cluster.groups[offer.name] = offer.members;
  cluster.service =
      models::service::find_service(model.services.empty() ? "kv" : model.services.front());
  cluster.options = model.read_options(nullptr, {});
  return cluster;
}

std::string sizes(std::uint32_t least, std::uint32_t most) {
  return std::to_string(least) + (least == most ? "" : " to " + std::to_string(most));
}

/// `replica (1 to 63, minority may fail), view_service (1, none may fail)`.
std::string groups_of(const engine::Model& model) {
  std::string text;
  const engine::Assembly assembly = model.assemble(default_cluster(model));
  for (const engine::Group& group : assembly.membership.groups()) {
    if (group.kind() == engine::GroupKind::clients) continue;
    std::string size = sizes(model.replicas_min, model.replicas_max);
    for (const engine::GroupOffer& offer : model.further_groups) {
      if (offer.name == group.name()) size = sizes(offer.members_min, offer.members_max);
    }
    const auto tolerances = engine::enumerator_names<engine::Tolerance>();
    const bool is_main = text.empty();
    text.append(text.empty() ? "" : ", ")
        .append(group.name())
        .append(" (" + size + ", ")
        .append(tolerances.at(static_cast<std::size_t>(group.tolerance())))
        .append(" may fail")
        .append(is_main && model.reconfigures ? ", members may change)" : ")");
  }
  return text;
}

std::vector<Row> models_list(const models::ModelList& models) {
  std::vector<Row> rows;
  for (const engine::Model* model : models)
    rows.push_back({model->name,
                    model->about,
                    {{"groups", groups_of(*model)},
                     {"claims", engine::to_text(model->claimed(default_cluster(*model)))}}});
  return rows;
}

std::vector<Row> options_list(const models::ModelList& models) {
  std::vector<Row> rows;
  for (const engine::Model* model : models) {
    for (const engine::OptionInfo& option : model->options) {
      Row row{model->name + "." + option.name,
              "default " + option.default_text,
              {{"default", option.default_text}}};
      if (!option.values.empty()) row.about += "; one of " + engine::comma_list(option.values);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<Row> defects_list(const models::ModelList& models) {
  std::vector<Row> rows;
  for (const engine::Model* model : models) {
    scenarios::require_known_names(*model);
    for (const engine::Defect& defect : model->defects) {
      std::string assignments;
      for (const auto& [option, value] : defect.assignments)
        assignments.append(assignments.empty() ? "" : ", ")
            .append(option)
            .append(": ")
            .append(value);
      rows.push_back({defect.name,
                      defect.about,
                      {{"model", model->name},
                       {"options", assignments},
                       {"breaks first", defect.breaks},
                       {"source", defect.citation}}});
    }
  }
  return rows;
}

std::vector<Row> faults_list() {
  std::vector<Row> rows;
  for (const auto& [name, about] : scenarios::fault_kinds()) rows.push_back({name, about, {}});
  return rows;
}

std::vector<Row> behaviours_list() {
  std::vector<Row> rows;
  const auto names = engine::enumerator_names<engine::Behaviour>();
  for (std::size_t i = 0; i < names.size(); ++i)
    rows.push_back({names[i], std::string(engine::about(static_cast<engine::Behaviour>(i))), {}});
  return rows;
}

std::vector<Row> checks_list(const models::ModelList& models) {
  std::vector<Row> rows;
  for (const engine::Model* model : models) {
    const engine::ClusterSpec cluster = default_cluster(*model);
    std::vector<scenarios::CheckInfo> checks = scenarios::applicable_checks(*model, cluster);
    for (const std::string& service : models::service::service_names()) {
      engine::ClusterSpec served = cluster;
      served.service = models::service::find_service(service);
      for (scenarios::CheckInfo& check : scenarios::optional_checks(*model, served))
        checks.push_back(std::move(check));
    }
    for (const scenarios::CheckInfo& check : checks) {
      const bool known = std::any_of(rows.begin(), rows.end(),
                                     [&](const Row& row) { return row.name == check.name; });
      if (!known) rows.push_back({check.name, check.about, {}});
    }
  }
  return rows;
}

/// All in the folder, named as they are from the one it is in.
std::vector<Row> scenarios_list(const Program& program) {
  if (program.scenarios.empty()) return {};
  std::vector<std::string> paths;
  std::error_code error;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(program.scenarios, error)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  if (error) {
    throw engine::InputError({program.scenarios, 0, 0}, "cannot be listed: " + error.message(),
                             "they are where this program was built from");
  }
  std::sort(paths.begin(), paths.end());
  const std::filesystem::path root = std::filesystem::path(program.scenarios) / "..";
  std::vector<Row> rows;
  for (const std::string& path : paths) {
    const auto file = scenarios::ScenarioFile::load(path, {}, program.models);
    rows.push_back(
        {std::filesystem::relative(path, root).string(), file.resolve(file.seed()).about, {}});
  }
  return rows;
}

int print(const std::vector<Row>& rows, const CommonFlags& common) {
  if (common.json) {
    engine::JsonWriter json;
    json.begin_object();
    json.key("items");
    json.begin_array();
    for (const Row& row : rows) {
      json.begin_object();
      json.key("name").text(row.name);
      json.key("about").text(row.about);
      for (const auto& [key, value] : row.more) json.key(key).text(value);
      json.end_object();
    }
    json.end_array();
    write_build(json);
    json.end_object();
    std::printf("%s\n", json.str().c_str());
    return exit_ok;
  }
  for (const Row& row : rows) {
    std::printf("%s\n    %s\n", row.name.c_str(), row.about.c_str());
    for (const auto& [key, value] : row.more) {
      if (key != "default") std::printf("    %s: %s\n", key.c_str(), value.c_str());
    }
  }
  return exit_ok;
}

}  // namespace

Run add_list(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand(
      "list",
      "List models, options, defects, faults, behaviours of faulty nodes, checks "
      "or scenarios");
  auto what = std::make_shared<std::string>();
  command
      ->add_option("WHAT", *what,
                   "models, options, defects, faults, behaviours, checks or scenarios")
      ->required()
      ->check(CLI::IsMember(
          {"models", "options", "defects", "faults", "behaviours", "checks", "scenarios"}));
  return [what, &common] {
    const models::ModelList& models = common.program.models;
    if (*what == "models") return print(models_list(models), common);
    if (*what == "options") return print(options_list(models), common);
    if (*what == "defects") return print(defects_list(models), common);
    if (*what == "faults") return print(faults_list(), common);
    if (*what == "behaviours") return print(behaviours_list(), common);
    if (*what == "checks") return print(checks_list(models), common);
    return print(scenarios_list(common.program), common);
  };
}

Run add_schema(CLI::App& app, CommonFlags& common) {
  CLI::App* command = app.add_subcommand("schema", "Print the JSON Schema of scenario files");
  auto markdown = std::make_shared<bool>(false);
  command->add_flag("--markdown", *markdown, "Print the reference of docs/scenarios.md instead");
  return [markdown, &common] {
    const models::ModelList& models = common.program.models;
    const std::string text =
        *markdown ? scenarios::scenario_reference(models) : scenarios::scenario_json_schema(models);
    std::fputs(text.c_str(), stdout);
    return static_cast<int>(exit_ok);
  };
}

}  // namespace stampede::cli
