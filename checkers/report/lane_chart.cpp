#include "checkers/report/lane_chart.hpp"

#include <algorithm>

#include "checkers/report/description.hpp"

namespace stampede::checkers {
namespace {

using engine::HistoryOperation;

constexpr std::size_t listed_max = 40;
constexpr std::size_t width_max = 72;

}  // namespace

std::string lane_chart(const engine::History& history, const std::vector<std::size_t>& positions,
                       const std::vector<std::size_t>& open,
                       const std::vector<std::string>& clients) {
  struct Lane {
    const HistoryOperation* operation;
    bool ends;
  };
  std::vector<Lane> lanes;
  std::vector<std::uint64_t> events;
  std::size_t name_width = 0;
  for (const std::size_t position : positions) {
    if (lanes.size() == listed_max) break;
    const HistoryOperation& operation = history.operations()[position];
    const bool opened = std::find(open.begin(), open.end(), position) != open.end();
    const bool ends = !operation.is_open() && !opened;
    lanes.push_back({&operation, ends});
    events.push_back(operation.invoked_at);
    if (ends) events.push_back(operation.responded_at);
    name_width = std::max(name_width, client_name(operation.id, clients).size());
  }
  if (lanes.empty()) return {};
  std::sort(events.begin(), events.end());
  const auto rank = [&](std::uint64_t event) {
    return static_cast<std::size_t>(std::lower_bound(events.begin(), events.end(), event) -
                                    events.begin());
  };
  const std::size_t step =
      std::clamp<std::size_t>(width_max / std::max<std::size_t>(events.size(), 1), 1, 6);
  // An open operation goes on behind the last event.
  const bool all_end =
      std::all_of(lanes.begin(), lanes.end(), [](const Lane& lane) { return lane.ends; });
  const std::size_t width = step * (all_end ? events.size() - 1 : events.size()) + 1;
  std::string chart;
  for (const Lane& lane : lanes) {
    std::string bar(width, ' ');
    const std::size_t begin = step * rank(lane.operation->invoked_at);
    const std::size_t end = lane.ends ? step * rank(lane.operation->responded_at) : width - 1;
    for (std::size_t column = begin; column <= end; ++column) bar[column] = '=';
    bar[begin] = '|';
    bar[end] = lane.ends ? '|' : '>';
    std::string name = client_name(lane.operation->id, clients);
    name.resize(name_width, ' ');
    chart.append("  ").append(name).append("  ").append(bar).append("  ");
    chart += lane.operation->operation.to_json();
    if (lane.ends) chart += " -> " + lane.operation->result.to_json();
    chart += "  [" + std::to_string(lane.operation->invoked_at) + ", " +
             (lane.ends ? std::to_string(lane.operation->responded_at) : "...") + "]\n";
  }
  if (positions.size() > lanes.size()) {
    chart += "  and " + std::to_string(positions.size() - lanes.size()) + " more\n";
  }
  return chart;
}

}  // namespace stampede::checkers
