#include "histories/report/page.hpp"

#include "checkers/description.hpp"
#include "engine/core/json.hpp"

namespace stampede::histories {
namespace {

/// An operation as described values, for whoever has words for them.
std::string what_of(const engine::HistoryOperation& operation) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("operation");
  json.raw(operation.operation.to_json());
  if (!operation.is_open()) {
    json.key("result");
    json.raw(operation.result.to_json());
  }
  json.end_object();
  return json.take();
}

void write_story(engine::JsonWriter& json, const PageContent::Story& story) {
  json.begin_object();
  json.key("name").text(story.name);
  json.key("sentences");
  engine::write(json, story.sentences);
  json.key("rows").begin_array();
  for (const std::size_t row : story.rows) json.unsigned_integer(row);
  json.end_array();
  json.key("arrows").begin_array();
  for (const PageContent::Story::Arrow& arrow : story.arrows) {
    json.begin_array();
    json.unsigned_integer(arrow.from);
    json.unsigned_integer(arrow.to);
    json.text(arrow.label);
    json.end_array();
  }
  json.end_array();
  json.end_object();
}

}  // namespace

void fill_page(const engine::History& history, const std::vector<std::size_t>& core,
               const std::vector<std::string>& clients, const std::vector<Note>& notes,
               PageContent& content) {
  auto note = notes.begin();
  for (std::size_t position = 0; position < history.operations().size(); ++position) {
    const engine::HistoryOperation& operation = history.operations()[position];
    PageContent::Row row;
    row.lane = checkers::client_name(operation.id, clients);
    row.from = operation.invoked_at;
    row.what = what_of(operation);
    if (!operation.is_open()) row.to = operation.responded_at;
    row.times = checkers::times_of(operation);
    for (; note != notes.end() && note->position == position; ++note) {
      row.note += (row.note.empty() ? "" : "; ") + note->text;
    }
    content.rows.push_back(std::move(row));
  }
  content.events = history.event_count();
  if (!core.empty()) content.stories.push_back({{}, {}, core, {}});
}

std::string history_json(const PageContent& content) {
  engine::JsonWriter json;
  json.begin_object();
  json.key("title").text(content.title);
  json.key("verdict").text(content.verdict);
  json.key("reason").begin_array();
  for (const auto& piece : content.reason) {
    if (const auto* const row = std::get_if<std::size_t>(&piece)) {
      json.unsigned_integer(*row);
    } else {
      json.text(std::get<std::string>(piece));
    }
  }
  json.end_array();
  json.key("noun").text(content.noun);
  json.key("events").unsigned_integer(content.events);
  json.key("bands").begin_array();
  for (const Band& band : content.bands) {
    json.begin_array();
    json.unsigned_integer(band.from);
    json.unsigned_integer(band.to);
    json.text(band.text);
    json.end_array();
  }
  json.end_array();
  json.key("rows").begin_array();
  for (const PageContent::Row& row : content.rows) {
    json.begin_array();
    json.text(row.lane);
    json.unsigned_integer(row.from);
    json.integer(row.to ? static_cast<std::int64_t>(*row.to) : -1);
    json.raw(row.what);
    json.text(row.times);
    json.text(row.note);
    json.end_array();
  }
  json.end_array();
  json.key("stories").begin_array();
  for (const PageContent::Story& story : content.stories) write_story(json, story);
  json.end_array();
  json.end_object();
  return json.take();
}

}  // namespace stampede::histories
