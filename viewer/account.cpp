#include "viewer/account.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "checkers/linearizability/linearizability.hpp"
#include "engine/core/document.hpp"
#include "engine/core/error.hpp"
#include "engine/core/json.hpp"
#include "engine/core/version.hpp"
#include "engine/world/decision_text.hpp"
#include "engine/world/state_edit.hpp"
#include "explain/no_return.hpp"
#include "explain/story.hpp"
#include "viewer/indexer.hpp"
#include "viewer/state_changes.hpp"

namespace stampede::viewer {
namespace {

/// A picture waits for it: what takes longer has no points.
constexpr std::uint64_t configurations_for_points = 200'000;

static_assert(std::endian::native == std::endian::little, "columns are written as they stand");

/// What a step is about: of a message or timer its type, else its name.
std::string type_of(const engine::Decision& decision, const engine::NodeNames& names) {
  if (is_about_message(decision.kind))
    return type_text(decision.message.type, decision.message.instance, names);
  if (decision.kind == engine::DecisionKind::fire)
    return type_text(decision.timer.type, decision.timer.instance, names);
  return decision.name;
}

template <class T, class Value>
void append_column(std::string& bytes, std::uint64_t first, std::uint64_t last,
                   const Value& value) {
  for (std::uint64_t number = first; number <= last; ++number) {
    const T one = static_cast<T>(value(number));
    bytes.append(reinterpret_cast<const char*>(&one), sizeof(T));
  }
}

double time_of(const explain::Step& step) {
  return static_cast<double>(step.decision.at.value_or(Time{}).nanoseconds);
}

/// More than a screen has columns.
constexpr std::uint64_t pace_samples = 2'000;

/// Whether it begins or ends something that lasts.
bool is_turn(engine::DecisionKind kind) {
  using engine::DecisionKind;
  return kind >= DecisionKind::crash && kind <= DecisionKind::end_fault;
}

std::uint16_t column_of(NodeId node) {
  return node == no_node ? UINT16_MAX : static_cast<std::uint16_t>(node.value);
}

/// Writes the steps of a part as they are told.
class PartWriter final : public engine::WorldObserver {
 public:
  /// From behind this world on.
  PartWriter(engine::JsonWriter& json, const engine::World& world)
      : json_(json), names_(world.names()) {
    changes_.begin(world);
  }

  void event(const engine::Event& event) override {
    if (is_decision(event.kind)) {
      close();
      begin(event);
    } else {
      write_effect(event);
    }
  }
  /// The world behind the last step.
  void see(NodeId node, const engine::World& world) { edit_ = changes_.edit(node, world); }
  void close() {
    if (!open_) return;
    json_.end_array();
    if (!edit_.empty()) json_.key("edit").raw(edit_);
    json_.end_object();
    edit_.clear();
    open_ = false;
  }

 private:
  void begin(const engine::Event& event) {
    json_.begin_object();
    write_name(event);
    json_.key("effects").begin_array();
    open_ = true;
  }
  void write_effect(const engine::Event& event) {
    json_.begin_object();
    json_.key("kind");
    engine::write(json_, event.kind);
    if (event.node != no_node) json_.key("node").text(names_.of(event.node));
    if (event.peer != no_node) json_.key("peer").text(names_.of(event.peer));
    if (!event.type.empty()) json_.key("type").text(event.type);
    write_name(event);
    json_.end_object();
  }
  void write_name(const engine::Event& event) {
    if (event.nth != 0) json_.key("nth").unsigned_integer(event.nth);
    if (event.copy != 0) json_.key("copy").unsigned_integer(event.copy);
    if (!event.detail.empty()) json_.key("detail").raw(event.detail);
  }

  engine::JsonWriter& json_;
  const engine::NodeNames names_;
  StateChanges changes_;
  /// Of the state of the node of the step that is open, if it changed.
  std::string edit_;
  bool open_ = false;
};

}  // namespace

void Account::Looks::event(const engine::Event& event) {
  if (event.kind != engine::EventKind::observe) return;
  all_.begin_array();
  all_.unsigned_integer(event.step);
  all_.unsigned_integer(event.node.value);
  all_.raw(event.detail);
  all_.end_array();
}

Account::Account(const traces::RunRecord& record, const scenarios::RerunSettings& settings,
                 FieldIndex* index)
    : record_(record), interrupted_(settings.interrupted), tape_([&] {
        scenarios::RerunSettings watched = settings;
        watched.observer = &looks_;
        if (index == nullptr) return explain::stored_tape(record, watched);
        Indexer indexer(*index, looks_);
        watched.observer = &indexer;
        return explain::stored_tape(record, watched,
                                    [&](std::uint64_t step, const engine::World& world) {
                                      indexer.see(step, world);
                                      return !is_interrupted();
                                    });
      }()) {
  index_types();
  if (index != nullptr) index_violations(*index);
}

void Account::index_violations(FieldIndex& index) const {
  for (const scenarios::FoundViolation& found : tape_.result().violations) {
    const std::uint64_t step = found.violation.step;
    index.note(step == 0 ? tape_.size() : step, engine::json_quote(found.violation.property),
               "violation");
  }
}

void Account::index_types() {
  std::map<std::string, std::uint32_t> known;
  for (std::uint64_t number = 1; number <= tape_.size(); ++number) {
    const std::string type = type_of(tape_.step(number).decision, tape_.names());
    const auto [at, first] = known.try_emplace(type, static_cast<std::uint32_t>(types_.size()));
    if (first) types_.push_back(type);
    type_of_.push_back(at->second);
  }
}

std::string Account::overview() {
  engine::JsonWriter json(&tape_.names());
  json.begin_object();
  json.key("steps").unsigned_integer(tape_.size());
  json.key("boots").unsigned_integer(tape_.boots());
  json.key("steps_in_part").unsigned_integer(steps_in_part);
  write_run(json);
  write_scenario(json);
  write_result(json);
  write_operations(json);
  write_strip(json);
  json.key("kinds");
  engine::write(json, engine::enumerator_names<engine::EventKind>());
  json.key("types");
  engine::write(json, types_);
  json.key("looks").begin_array();
  if (!looks_.all().str().empty()) json.raw(looks_.all().str());
  json.end_array();
  json.end_object();
  return json.take();
}

void Account::write_run(engine::JsonWriter& json) const {
  json.key("id").integer(record_.id);
  if (record_.parent != 0) json.key("parent").integer(record_.parent);
  json.key("seed").text(std::to_string(record_.seed));
  json.key("mode").text(record_.mode);
  json.key("overrides");
  engine::write(json, record_.overrides);
  json.key("recorded_by").text(engine::build_text(record_.build));
  json.key("told_by").text(engine::build_text(engine::build()));
  json.key("nodes").begin_array();
  for (const scenarios::RunResult::Node& node : tape_.result().nodes) {
    json.begin_object();
    json.key("name").text(node.name);
    json.key("role").text(node.role);
    json.end_object();
  }
  json.end_array();
}

void Account::write_scenario(engine::JsonWriter& json) const {
  const scenarios::Scenario& scenario = tape_.scenario();
  json.key("scenario").begin_object();
  json.key("name").text(record_.scenario_name);
  json.key("file").text(record_.scenario_file);
  json.key("text").text(record_.scenario_text);
  json.key("about").text(scenario.about);
  json.key("model").text(scenario.model->name);
  json.key("defects").begin_array();
  for (const engine::Defect* defect : scenario.defects) {
    json.begin_object();
    json.key("name").text(defect->name);
    json.key("about").text(defect->about);
    json.end_object();
  }
  json.end_array();
  json.end_object();
}

void Account::write_result(engine::JsonWriter& json) const {
  const scenarios::RunResult& result = tape_.result();
  json.key("verdict");
  engine::write(json, result.verdict);
  json.key("undecided");
  engine::write(json, result.undecided);
  json.key("vacuous");
  engine::write(json, result.vacuous);
  json.key("virtual_time");
  engine::write(json, result.virtual_time);
  const engine::Violation* told = explain::told_violation(tape_);
  json.key("told").text(told == nullptr ? std::string() : told->property);
  json.key("violations").begin_array();
  for (const scenarios::FoundViolation& found : result.violations) {
    json.begin_object();
    json.key("property").text(found.violation.property);
    json.key("step").unsigned_integer(found.violation.step);
    json.key("message").text(found.violation.message);
    json.key("nodes");
    engine::write(json, found.nodes);
    json.end_object();
  }
  json.end_array();
}

std::vector<std::uint64_t> Account::points() const {
  const engine::History& history = tape_.result().history;
  const engine::ServiceType* service = tape_.scenario().cluster.service;
  std::vector<std::uint64_t> points(history.operations().size());
  if (service == nullptr) return points;
  checkers::Limits limits;
  limits.max_configurations = configurations_for_points;
  std::uint64_t latest = 0;
  for (const std::size_t place : checkers::check_linearizability(history, *service, limits).witness)
    points[place] = latest = std::max(latest, history.operations()[place].invoked_step);
  return points;
}

void Account::write_operations(engine::JsonWriter& json) const {
  const std::vector<std::uint64_t> took_effect = points();
  std::size_t place = 0;
  json.key("operations").begin_array();
  for (const engine::HistoryOperation& operation : tape_.result().history.operations()) {
    json.begin_object();
    json.key("id");
    engine::write(json, operation.id);
    json.key("operation");
    engine::write(json, operation.operation);
    json.key("invoked").unsigned_integer(operation.invoked_step);
    if (const std::uint64_t point = took_effect[place++]; point != 0)
      json.key("point").unsigned_integer(point);
    if (!operation.is_open()) {
      json.key("responded").unsigned_integer(operation.responded_step);
      json.key("result");
      engine::write(json, operation.result);
    }
    json.end_object();
  }
  json.end_array();
}

void Account::write_strip(engine::JsonWriter& json) const {
  const std::uint64_t size = tape_.size();
  json.key("turns").begin_array();
  for (std::uint64_t number = 1; number <= size; ++number) {
    if (!is_turn(tape_.step(number).decision.kind)) continue;
    json.begin_array();
    json.unsigned_integer(number);
    json.unsigned_integer(static_cast<std::uint64_t>(tape_.facts(number).kind));
    json.unsigned_integer(column_of(tape_.facts(number).node));
    json.unsigned_integer(type_of_.at(number - 1));
    json.end_array();
  }
  json.end_array();
  const std::uint64_t samples = std::min(size, pace_samples);
  json.key("pace").begin_array();
  for (std::uint64_t i = 0; i < samples; ++i)
    json.number(time_of(tape_.step(1 + i * (size - 1) / std::max<std::uint64_t>(samples - 1, 1))));
  json.end_array();
}

std::string Account::columns(std::uint64_t first, std::uint64_t last) const {
  ASSERT(first >= 1 && last <= tape_.size());
  const auto step = [&](std::uint64_t number) { return tape_.step(number); };
  const auto facts = [&](std::uint64_t number) -> const explain::StepFacts& {
    return tape_.facts(number);
  };
  std::string bytes;
  append_column<double>(bytes, first, last,
                        [&](std::uint64_t number) { return time_of(step(number)); });
  append_column<std::uint32_t>(bytes, first, last, [&](std::uint64_t n) { return facts(n).cause; });
  append_column<std::uint32_t>(bytes, first, last,
                               [&](std::uint64_t n) { return facts(n).before; });
  append_column<std::uint32_t>(bytes, first, last,
                               [&](std::uint64_t n) { return type_of_.at(n - 1); });
  append_column<std::uint32_t>(bytes, first, last,
                               [&](std::uint64_t n) { return facts(n).incarnation; });
  append_column<std::uint16_t>(bytes, first, last,
                               [&](std::uint64_t n) { return column_of(facts(n).node); });
  append_column<std::uint16_t>(bytes, first, last, [&](std::uint64_t n) {
    const engine::Decision& decision = step(n).decision;
    return column_of(is_about_message(decision.kind) ? decision.message.from : no_node);
  });
  append_column<std::uint8_t>(bytes, first, last, [&](std::uint64_t n) { return facts(n).kind; });
  return bytes;
}

std::string Account::part(std::uint64_t part) {
  ASSERT(part < parts());
  const std::uint64_t first = part * steps_in_part + 1;
  const std::uint64_t last = std::min(tape_.size(), first + steps_in_part - 1);
  const std::uint64_t begin = std::max(first, tape_.boots() + 1);
  engine::JsonWriter json(&tape_.names());
  json.begin_object();
  json.key("first").unsigned_integer(first);
  json.key("states").begin_array();
  const engine::World& world = tape_.world_at(begin - 1);
  PartWriter writer(json, world);
  // Replicas are alike: each is told by what differs from the node before it.
  const engine::ProcessValue* before = nullptr;
  for (std::uint32_t i = 0; i < world.node_count(); ++i) {
    const NodeId node{i};
    if (!world.up(node)) continue;
    const engine::ProcessValue& state = world.process(node);
    json.begin_array();
    json.node(node);
    engine::write_state_edit(json, before, state);
    json.end_array();
    before = &state;
  }
  json.end_array();
  // Boots are made by the world itself, and told of nowhere but in its first states.
  json.key("steps_from").unsigned_integer(begin);
  json.key("steps").begin_array();
  const auto see = [&](std::uint64_t number, const engine::World& behind) {
    writer.see(tape_.facts(number).node, behind);
    return true;
  };
  if (begin <= last) tape_.tell(begin, last, writer, see);
  writer.close();
  json.end_array();
  json.end_object();
  return json.take();
}

std::string Account::story() {
  const engine::Violation* told = explain::told_violation(tape_);
  return told == nullptr ? "null"
                         : engine::to_json(explain::story_of(tape_, *told), &tape_.names());
}

std::string Account::no_return() {
  const engine::Violation* told = explain::told_violation(tape_);
  if (told == nullptr) return "null";
  explain::NoReturnSettings settings;
  settings.interrupted = interrupted_;
  return engine::to_json(explain::point_of_no_return(tape_, *told, settings), &tape_.names());
}

}  // namespace stampede::viewer
