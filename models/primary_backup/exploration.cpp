// models/primary_backup/exploration.cpp: which messages can have no effect any more.
#include "models/primary_backup/exploration.hpp"

#include "models/primary_backup/master.hpp"
#include "models/primary_backup/replica.hpp"
#include "models/primary_backup/view_service.hpp"

namespace stampede::models::primary_backup {
namespace {

// A later life has another incarnation, and hears nothing of what was said to this one.
bool has_heard(const Replica& replica, const NewView& message) {
  if (message.joined != replica.incarnation) return true;
  if (message.view.view_number != replica.view.view_number)
    return message.view.view_number < replica.view.view_number;
  return !message.acknowledged || replica.status == Status::serving ||
         (replica.status == Status::idle && replica.settled_since_start);
}

bool is_dead(const Replica& replica, const engine::DeadQuery& query) {
  const auto* message = query.message.get<NewView>();
  return message != nullptr && has_heard(replica, *message);
}

bool is_dead(const ViewService& service, const engine::DeadQuery& query) {
  return service.detector.is_dead(query.message, query.may_fire<detector::SilenceTimeout>());
}

bool is_dead(const Master& master, const engine::DeadQuery& query) {
  return master.masters.is_dead(query, query.options.as<Options>().masters) ||
         master.detector.is_dead(query.message, query.may_fire<detector::SilenceTimeout>());
}

template <class P>
bool is_dead_at(const engine::DeadQuery& query) {
  const P* process = engine::process_as<P>(query.local.process);
  return process != nullptr && is_dead(*process, query);
}

bool dead(const engine::DeadQuery& query) {
  return query.local.up && (is_dead_at<Replica>(query) || is_dead_at<ViewService>(query) ||
                            is_dead_at<Master>(query));
}

void normalise(NodeId, engine::ProcessValue& process, const engine::Group&,
               const engine::Payload& options) {
  if (engine::process_as<Master>(process) != nullptr)
    static_cast<Master*>(process.get())->masters.normalise(options.as<Options>().masters);
}

}  // namespace

engine::Exploration exploration() {
  engine::Exploration exploration;
  exploration.dead = &dead;
  exploration.normalise = &normalise;
  return exploration;
}

}  // namespace stampede::models::primary_backup
