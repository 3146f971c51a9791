#include "models/models.hpp"

#include "models/abd/model.hpp"
#include "models/chain/model.hpp"
#include "models/chain/partitions/model.hpp"
#include "models/echo_broadcast/model.hpp"
#include "models/multi_paxos/model.hpp"
#include "models/paxos/model.hpp"
#include "models/ping_pong/model.hpp"
#include "models/primary_backup/model.hpp"
#include "models/single_copy/model.hpp"
#include "models/two_phase_commit/model.hpp"
#include "models/viewstamped/model.hpp"

namespace stampede::models {

const ModelList& all_models() {
  static const ModelList list = {&abd::model(),
                                 &chain::model(),
                                 &chain::partitions::model(),
                                 &echo_broadcast::model(),
                                 &paxos::model(),
                                 &multi_paxos::model(),
                                 &ping_pong::model(),
                                 &ping_pong::counting_model(),
                                 &primary_backup::model(),
                                 &signed_echo::model(),
                                 &single_copy::model(),
                                 &two_phase_commit::model(),
                                 &viewstamped::model()};
  return list;
}

const engine::Model* find_model(const ModelList& models, std::string_view name) {
  for (const engine::Model* model : models) {
    if (model->name == name) return model;
  }
  return nullptr;
}

}  // namespace stampede::models
