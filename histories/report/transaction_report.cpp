#include "histories/report/transaction_report.hpp"

#include <algorithm>

#include "engine/core/json.hpp"
#include "engine/core/time.hpp"

namespace stampede::histories {
namespace {

using checkers::Anomaly;
using checkers::MicroOperation;
using checkers::Step;
using checkers::Transaction;

using Kind = MicroOperation::Kind;

std::string list_text(const std::vector<std::string>& list) {
  constexpr std::size_t shown_max = 8;
  constexpr std::size_t first = 2;
  constexpr std::size_t last = 4;
  std::string text;
  for (std::size_t at = 0; at < list.size(); ++at) {
    if (!text.empty()) text += ' ';
    if (list.size() > shown_max && at == first) {
      text += "... ";
      at = list.size() - last;
    }
    text += list[at];
  }
  return "[" + text + "]";
}

std::string describe(const MicroOperation& operation) {
  std::string seen = operation.value.value_or("nil");
  const char* name = "r";
  if (operation.kind == Kind::append) name = "append";
  if (operation.kind == Kind::write) name = "w";
  if (operation.list) seen = list_text(*operation.list);
  return std::string("[:").append(name) + " " + operation.key + " " + seen + "]";
}

bool ends(const Transaction& transaction) {
  return transaction.outcome != Transaction::Outcome::unknown;
}

std::string lane_name(const ImportedHistory& imported, std::uint32_t number) {
  const std::uint32_t client = imported.transactions[number].client;
  return "T" + std::to_string(number) + " (" +
         (client < imported.clients.size() ? imported.clients[client] : std::to_string(client)) +
         ")";
}

std::string times_of(const Transaction& transaction) {
  if (transaction.invoked_time == 0 && transaction.responded_time == 0) return {};
  const std::string begin = engine::to_string(engine::Time{transaction.invoked_time});
  if (!ends(transaction)) return begin + " on";
  return begin + " to " + engine::to_string(engine::Time{transaction.responded_time});
}

std::string outcome_of(const Transaction& transaction) {
  if (transaction.outcome == Transaction::Outcome::aborted) return " aborted";
  return ends(transaction) ? "" : " outcome unknown";
}

PageContent::Story story_of(const Anomaly& anomaly) {
  PageContent::Story story;
  story.name = anomaly.name;
  story.rows.assign(anomaly.transactions.begin(), anomaly.transactions.end());
  for (const Step& step : anomaly.cycle) {
    story.sentences.push_back(std::string(checkers::name_of(step.kind)) + ": " + step.sentence);
    const std::string label =
        checkers::name_of(step.kind) + (step.key.empty() ? "" : " " + step.key);
    story.arrows.push_back({step.from, step.to, label});
  }
  if (anomaly.cycle.empty()) story.sentences.push_back(anomaly.description);
  return story;
}

}  // namespace

std::string describe(const Transaction& transaction) {
  std::string text;
  for (const MicroOperation& operation : transaction.operations) {
    text += (text.empty() ? "" : " ") + describe(operation);
  }
  return text;
}

std::string lane_chart(const ImportedHistory& imported, const Anomaly& anomaly) {
  std::vector<std::uint32_t> numbers = anomaly.transactions;
  std::sort(numbers.begin(), numbers.end(), [&](std::uint32_t left, std::uint32_t right) {
    return imported.transactions[left].invoked_at < imported.transactions[right].invoked_at;
  });
  std::vector<Lane> lanes;
  for (const std::uint32_t number : numbers) {
    const Transaction& transaction = imported.transactions[number];
    Lane lane;
    lane.name = lane_name(imported, number);
    lane.from = transaction.invoked_at;
    if (ends(transaction)) lane.to = transaction.responded_at;
    lane.text = describe(transaction) + outcome_of(transaction);
    lanes.push_back(std::move(lane));
  }
  return lane_chart(lanes);
}

void fill_page(const ImportedHistory& imported, const std::vector<Anomaly>& anomalies,
               PageContent& content) {
  content.noun = "transactions";
  auto note = imported.notes.begin();
  for (std::uint32_t number = 0; number < imported.transactions.size(); ++number) {
    const Transaction& transaction = imported.transactions[number];
    PageContent::Row row;
    row.lane = transaction.client < imported.clients.size() ? imported.clients[transaction.client]
                                                            : std::to_string(transaction.client);
    row.from = transaction.invoked_at;
    if (ends(transaction)) row.to = transaction.responded_at;
    engine::JsonWriter what;
    what.text("T" + std::to_string(number) + outcome_of(transaction) + " " + describe(transaction));
    row.what = what.take();
    row.times = times_of(transaction);
    for (; note != imported.notes.end() && note->position == number; ++note) {
      row.note += (row.note.empty() ? "" : "; ") + note->text;
    }
    content.events = std::max({content.events, row.from + 1, row.to.value_or(0) + 1});
    content.rows.push_back(std::move(row));
  }
  for (const Anomaly& anomaly : anomalies) content.stories.push_back(story_of(anomaly));
}

}  // namespace stampede::histories
