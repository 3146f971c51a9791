#include "models/viewstamped/foretelling.hpp"

#include <algorithm>

#include "models/viewstamped/replica.hpp"

namespace stampede::models::viewstamped {
namespace {

using service::Foretold;

/// The median of the times, of two the earlier; the draws added up. So no clock alone decides as
/// soon as three are asked, and no draw alone ever.
Foretold merged(const PerNode<Foretold>& answers) {
  std::vector<Time> times;
  Foretold merged;
  for (const auto& [node, foretold] : answers) {
    times.push_back(foretold.at);
    merged.tag = (merged.tag + foretold.tag) % service::tags;
  }
  std::sort(times.begin(), times.end());
  merged.at = times[(times.size() - 1) / 2];
  return merged;
}

}  // namespace

Foretold foretold_here(Context& context) {
  const std::uint32_t tag = context.choose("tag", service::tags);
  return {context.wall_clock(), tag};
}

Operation foretold(const Operation& operation, Context& context) {
  if (!service::is_foretold(operation)) return operation;
  return service::with(operation, foretold_here(context));
}

void Replica::append_foretold(const Request& request, Context& context) {
  const Options& options = context.options<Options>();
  const ClientId client = request.id.client;
  switch (options.foretelling) {
    case Foretelling::each:
      return append(request, options, context);
    case Foretelling::primary:
      return append({foretold(request.operation, context), request.id, request.request_number},
                    options, context);
    case Foretelling::quorum:
      PreStep& step = pre_steps[client];
      if (request.request_number <= step.request.request_number) return context.ignore();
      step = {request, {}};
      if (core.failures(context) == 0) return end_pre_step(client, context);
      core.tell(Foretell{client, request.request_number}, context);
      context.arm(ForetellTimeout{client}, options.foretelling_timeout);
  }
}

Result Replica::execute_for_itself(const Request& request, OpNumber position, Context& context) {
  const Request own{foretold(request.operation, context), request.id, request.request_number};
  const bool bounded = context.options<Options>().client_table_limit > 0;
  return bounded ? execute_in_session(own, position, context) : execute(own);
}

// It need not be in the view of the primary: whatever it says will do, as long as all execute the
// same.
void Replica::on(const Foretell& message, NodeId from, Context& context) {
  if (core.status != Status::normal) return context.ignore();
  context.send(from, ForetoldIs{message.client, message.request_number, foretold_here(context)});
}

void Replica::on(const ForetoldIs& message, NodeId from, Context& context) {
  const auto step = pre_steps.find(message.client);
  if (step == pre_steps.end() || step->second.request.request_number != message.request_number)
    return context.ignore();
  step->second.answers[from] = message.foretold;
  if (step->second.answers.size() >= core.failures(context)) end_pre_step(message.client, context);
}

// Who is slow, down or cut off holds nobody up for longer.
void Replica::on(const ForetellTimeout& timeout, Context& context) {
  context.reached("foretelling-timed-out");
  end_pre_step(timeout.client, context);
}

// It may have lost its view meanwhile, and come back to another one with the request in its log.
void Replica::end_pre_step(ClientId client, Context& context) {
  PreStep step = std::move(pre_steps.at(client));
  pre_steps.erase(client);
  context.disarm(ForetellTimeout{client});
  if (!core.can_propose(context) || step.request.request_number <= newest(client)) return;
  step.answers[context.self()] = foretold_here(context);
  step.request.operation = service::with(step.request.operation, merged(step.answers));
  append(step.request, context.options<Options>(), context);
}

}  // namespace stampede::models::viewstamped
