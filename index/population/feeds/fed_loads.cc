#include "index/population/feeds/fed_loads.h"

#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/feeds/feed_folder.h"
#include "index/status/status_facts.h"
#include "index/status/status_macros.h"
#include "index/storage/files/durable_folder.h"
#include "index/storage/identity.h"
#include "text/sentence.h"

namespace muster::index {

namespace fs = std::filesystem;

// One that can't be opened now must not keep its population from being served.
void FedLoads::Open(const std::function<absl::StatusOr<bool>(const std::string& label)>& published) {
  if (std::error_code error; !fs::exists(Folder(), error)) return;
  const absl::StatusOr<std::vector<std::string>> names = ListFolder(Folder());
  if (!names.ok()) return context_.warn(std::string(names.status().message()));
  for (const std::string& name : *names) {
    if (const absl::Status opened = OpenOne(name, published); !opened.ok()) {
      context_.warn(Sentence("the open load in ", Folder(), "/", name,
                             " is left alone until the next start: ", std::string(opened.message())));
    }
  }
}

absl::Status FedLoads::OpenOne(
    const std::string& name, const std::function<absl::StatusOr<bool>(const std::string& label)>& published) {
  const std::string path = absl::StrCat(Folder(), "/", name);
  if (absl::EndsWith(name, kLeavingSuffix)) return RemoveFolder(path);
  absl::StatusOr<std::unique_ptr<FeedFolder>> folder = FeedFolder::Open(path);
  records::OpenLoadRecord record;
  if (folder.ok() && *folder != nullptr && !record.ParseFromString((*folder)->content()))
    folder = absl::DataLossError(Sentence("what the load in ", path, " is can't be read; begin it again"));
  if (!folder.ok() && !absl::IsDataLoss(folder.status())) return folder.status();
  if (!folder.ok()) context_.warn(std::string(folder.status().message()));
  if (!folder.ok() || *folder == nullptr) return RemoveFolder(path);
  ASSIGN_OR_RETURN(const bool done, published(record.label()));
  if (done) return (*folder)->Remove();
  const std::vector<std::string> tags(record.tags().begin(), record.tags().end());
  absl::StatusOr<std::unique_ptr<OpenLoads::Claim>> claim =
      context_.open_loads.Take(record.label(), tags, record.time_zone());
  // Two of them hold one tag only if the older one had ended, and its folder could not be removed.
  if (!claim.ok()) {
    context_.warn(Sentence("the load '", record.label(), "' in ", path,
                           " is given up: ", std::string(claim.status().message())));
    return (*folder)->Remove();
  }
  const std::string label = record.label();
  MutexLock lock(mutex_);
  loads_[label] = std::make_shared<FedLoad>(*this, std::move(record), *std::move(folder), *std::move(claim));
  return absl::OkStatus();
}

absl::Status FedLoads::CheckRoom(const std::string& label) {
  MutexLock lock(mutex_);
  if (loads_.size() < kFedLoadsMax || loads_.contains(label)) return absl::OkStatus();
  return WithLimit(absl::ResourceExhaustedError(
                       Sentence("a population has at most ", kFedLoadsMax,
                                " open loads that were begun with BeginLoad; commit some, or abort them")),
                   kFedLoadsMax);
}

absl::StatusOr<std::shared_ptr<FedLoad>> FedLoads::Make(records::OpenLoadRecord record,
                                                        std::shared_ptr<OpenLoads::Claim> claim) {
  RETURN_IF_ERROR(MakeFolder(Folder()));
  const std::string path = absl::StrCat(Folder(), "/", absl::Hex(NewIdentity(), absl::kZeroPad16));
  ASSIGN_OR_RETURN(std::unique_ptr<FeedFolder> folder, FeedFolder::Make(path, record.SerializeAsString()));
  const std::string label = record.label();
  auto load = std::make_shared<FedLoad>(*this, std::move(record), std::move(folder), std::move(claim));
  MutexLock lock(mutex_);
  loads_[label] = load;
  return load;
}

std::shared_ptr<FedLoad> FedLoads::Find(const std::string& label) {
  std::shared_ptr<FedLoad> load;
  {
    MutexLock lock(mutex_);
    const auto found = loads_.find(label);
    if (found == loads_.end()) return nullptr;
    load = found->second;
  }
  if (load->claim_->HoldsStill()) return load;
  Sweep();
  return nullptr;
}

void FedLoads::Sweep() {
  std::vector<std::shared_ptr<FedLoad>> ended;
  {
    MutexLock lock(mutex_);
    for (auto load = loads_.begin(); load != loads_.end();) {
      if (load->second->claim_->HoldsStill()) {
        ++load;
        continue;
      }
      ended.push_back(load->second);
      load = loads_.erase(load);
    }
  }
  for (const std::shared_ptr<FedLoad>& load : ended) Remove(*load);
}

void FedLoads::Remove(FedLoad& load) {
  if (const absl::Status removed = load.Remove(); !removed.ok())
    context_.warn(std::string(removed.message()));
}

// The folder goes while the claim holds, so that no other load of the label is made before.
void FedLoads::Forget(FedLoad& load) {
  Remove(load);
  std::shared_ptr<FedLoad> kept;  // until the lock is released
  {
    MutexLock lock(mutex_);
    const auto found = loads_.find(load.label());
    if (found != loads_.end() && found->second.get() == &load) {
      kept = std::move(found->second);
      loads_.erase(found);
    }
  }
  load.claim_->End();
}

}  // namespace muster::index
