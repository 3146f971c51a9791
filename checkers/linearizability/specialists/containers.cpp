#include "checkers/linearizability/specialists/containers.hpp"

#include "checkers/linearizability/specialists/queues.hpp"
#include "checkers/linearizability/specialists/stacks.hpp"

namespace stampede::checkers {

std::optional<ContainerAnswer> judge_container(const Container& container, const Part& part,
                                               Patience& patience, std::uint32_t end) {
  ContainerPart settled = make_container_part(container, part, patience, end);
  if (container.is_stack) return judge_stack(settled, part, patience);
  return judge_queue(std::move(settled), part, patience);
}

}  // namespace stampede::checkers
