// The population that a load changes.
#ifndef MUSTER_INDEX_LOADING_LOAD_TARGET_H_
#define MUSTER_INDEX_LOADING_LOAD_TARGET_H_

#include <functional>

#include "absl/time/time.h"
#include "index/catalog/catalogue.h"
#include "index/concurrency/mutex.h"
#include "index/dictionary/member_dictionary.h"
#include "index/loading/tag_turns.h"
#include "index/storage/writer_queue.h"
#include "index/versions/versions.h"

namespace muster::index {

// In which order the loads of one population stage and publish. Numbered invariants:
//  1. Loads stage at the same time, each on the versions that were current when it began to.
//  2. `publish` is held from the last look at what is current to the publishing transaction, and for nothing
//     that grows with the load. So the versions that a load saw under it stay current until it publishes.
//  3. A MERGE publishes only if each tag's version of its date is still the one on which it was staged, also
//     where it makes a new store. Otherwise it is staged again, from the records that it still has. A REPLACE
//     doesn't depend on that version: its edge begins at its own parent, which stays.
//  4. Every load publishes a version of everyone, whose parent is everyone's current version. A load whose
//     parent is no longer that one corrects its edge in the fragments that changed since (EveryoneStage::Rebase):
//     EVERYONE is the union of what the loads named, and a member's first date the least of theirs, in whatever
//     order they publish. Number of members and new members, everyone's date, and whether the load is late, are
//     those of that moment.
//  5. A tag that is new to a load is in no other's way until one of them publishes it: the other then takes that
//     tag, and is staged again.
//  6. Ids are stored before the load that needs them publishes; `publish` is not needed for that.
//  7. Turns for tags come before `publish`. Small loads wait for them before they stage, so that they don't
//     overtake each other; a large one does after it was overtaken several times, so that it ends.
struct LoadOrder {
  Mutex publish;
  TagTurns tags;
};

// Borrowed for the call.
struct LoadTarget {
  PopulationInfo population;  // as it will be once the load is published: visible
  Catalogue& catalogue;
  MemberDictionary& members;
  Versions& versions;
  WriterQueue& writer;  // of the `index` environment
  LoadOrder& order;
  std::function<absl::Time()> clock;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_LOADING_LOAD_TARGET_H_
