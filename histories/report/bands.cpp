#include "histories/report/bands.hpp"

#include <map>

namespace stampede::histories {

std::vector<Band> bands_of(const std::vector<Annotation>& annotations, std::uint64_t events) {
  using Edge = Annotation::Edge;
  std::vector<Band> bands;
  std::map<std::string, std::size_t> going_on;
  for (const Annotation& annotation : annotations) {
    const auto known = going_on.find(annotation.subject);
    const bool goes_on = annotation.edge != Edge::none && known != going_on.end();
    if (annotation.edge == Edge::ends && goes_on) {
      bands[known->second].to = annotation.at_event;
      going_on.erase(known);
    } else if (annotation.edge == Edge::begins && goes_on) {
      bands[known->second].text += "; " + annotation.text;
    } else if (annotation.edge == Edge::begins) {
      going_on[annotation.subject] = bands.size();
      bands.push_back({annotation.at_event, events, annotation.text});
    } else {
      bands.push_back({annotation.at_event, annotation.at_event, annotation.text});
    }
  }
  return bands;
}

}  // namespace stampede::histories
