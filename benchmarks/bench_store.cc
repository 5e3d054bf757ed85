#include "benchmarks/bench_store.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "benchmarks/rows.h"
#include "index/bitmap/bitmap.h"
#include "index/status/status_macros.h"
#include "index/storage/record_walk.h"
#include "index/versions/publishing/publishing.h"
#include "index/versions/publishing/store_writer.h"

namespace muster::benchmarks {
namespace {

namespace fs = std::filesystem;

// Part of the folder's name: increase it when the rows of rows.cc change.
constexpr int kGeneration = 1;
// Marks a folder that was built completely.
constexpr char kDoneFile[] = "whole";
constexpr size_t kMapBytes = size_t{256} << 30;
constexpr index::LoadId kLoad = 1;
const absl::CivilDay kDay(2026, 1, 1);

const char* NameOf(Extent extent) {
  switch (extent) {
    case Extent::kDense:
      return "dense";
    case Extent::kWhole:
      return "whole";
    case Extent::kWholeMulti:
      return "whole-multi";
  }
  return "";
}

// Writes the new store of one tag, row by row.
class TagBuilder {
 public:
  TagBuilder(index::WriterQueue& writer, uint64_t members)
      : writer_(writer), members_(members), batch_(writer, kLoad) {}

  absl::Status Begin(index::TagId tag) {
    absl::StatusOr<index::StoreWriter> store =
        index::StoreWriter::Begin(batch_, tag, index::StoreLayout::kRows);
    if (store.ok()) store_.emplace(*std::move(store));
    return store.status();
  }
  absl::Status Put(index::RowId row, uint32_t fragment, const FragmentWords& words) {
    return store_->Put(row, fragment, index::Bitmap::FromSorted(LocalsOf(words)));
  }
  absl::Status Publish() {
    ASSIGN_OR_RETURN(index::StagedVersion staged, store_->Finish());
    RETURN_IF_ERROR(batch_.Flush());
    const index::Publication publication{staged, kDay, false};
    ASSIGN_OR_RETURN(index::PreparedVersions prepared,
                     index::PrepareVersions(writer_, kLoad, {&publication, 1}));
    return writer_.Run(index::WriteClass::kPublish, [&](index::WriteTransaction& transaction) {
      return index::ShowVersions(transaction, prepared);
    });
  }

  uint32_t fragments() const { return index::FragmentOf(members_ - 1) + 1; }
  uint32_t MembersOf(uint32_t fragment) const {
    const uint64_t left = members_ - index::FirstOrdinalOf(fragment);
    return static_cast<uint32_t>(std::min<uint64_t>(left, index::kFragmentOrdinals));
  }

 private:
  index::WriterQueue& writer_;
  const uint64_t members_;
  index::StagedBatch batch_;
  std::optional<index::StoreWriter> store_;
};

absl::Status BuildRows(TagBuilder& builder, const std::vector<RowSpec>& specs) {
  FragmentWords words;
  absl::Status status;
  for (size_t i = 0; i < specs.size() && status.ok(); ++i) {
    const RowSpec& spec = specs[i];
    const bool first_of_tag = i == 0 || specs[i - 1].row.tag != spec.row.tag;
    const bool last_of_tag = i + 1 == specs.size() || specs[i + 1].row.tag != spec.row.tag;
    if (first_of_tag) status = builder.Begin(spec.row.tag);
    for (uint32_t fragment = 0; fragment < builder.fragments() && status.ok(); ++fragment) {
      MakeRow(spec, fragment, builder.MembersOf(fragment), words);
      status = builder.Put(spec.row.row, fragment, words);
    }
    if (last_of_tag && status.ok()) status = builder.Publish();
  }
  return status;
}

absl::Status BuildEveryone(TagBuilder& builder) {
  const RowSpec everyone{{index::kEveryoneTag, index::kKnownRow}, 1};
  FragmentWords words;
  absl::Status status = builder.Begin(index::kEveryoneTag);
  for (uint32_t fragment = 0; fragment < builder.fragments() && status.ok(); ++fragment) {
    words.assign(index::kFragmentOrdinals / 64, ~uint64_t{0});
    const uint32_t members = builder.MembersOf(fragment);
    for (uint32_t local = members; local < index::kFragmentOrdinals; ++local) {
      words[local / 64] &= ~(uint64_t{1} << (local % 64));
    }
    status = builder.Put(everyone.row.row, fragment, words);
  }
  return status.ok() ? builder.Publish() : status;
}

// Slices are made together, one fragment at a time, but written row by row, so they are held in memory: 33 KB
// per fragment and row.
absl::Status BuildNumber(TagBuilder& builder) {
  std::vector<std::vector<FragmentWords>> fragments(builder.fragments());
  for (uint32_t fragment = 0; fragment < builder.fragments(); ++fragment) {
    MakeNumber(fragment, builder.MembersOf(fragment), fragments[fragment]);
  }
  absl::Status status = builder.Begin(kNumberTag);
  for (int row = 0; row <= kNumberBits; ++row) {
    const index::RowId id =
        row == 0 ? index::kKnownRow : index::MakeRow(index::kOwnValue, index::kFirstMagnitudeSlot + row - 1);
    for (uint32_t fragment = 0; fragment < builder.fragments() && status.ok(); ++fragment) {
      status = builder.Put(id, fragment, fragments[fragment][row]);
    }
  }
  return status.ok() ? builder.Publish() : status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<BenchStore>> BenchStore::Open(const std::string& folder, uint64_t members,
                                                             Extent extent) {
  const std::string directory =
      absl::StrCat(folder, "/population-", kGeneration, "-", members, "-", NameOf(extent));
  std::unique_ptr<BenchStore> store(new BenchStore());
  store->members_ = members;
  const bool whole = fs::exists(directory + "/" + kDoneFile);
  if (!whole) fs::remove_all(directory);
  fs::create_directories(directory);
  absl::Status status = store->Start(directory);
  if (status.ok() && !whole) {
    std::fprintf(stderr, "building %s once (seconds to minutes)\n", directory.c_str());
    status = store->Build(extent);
    if (status.ok()) std::ofstream(directory + "/" + kDoneFile) << "built to its end\n";
  }
  RETURN_IF_ERROR(status);
  ASSIGN_OR_RETURN(store->snapshot_, store->versions_->CurrentSnapshot());
  return store;
}

absl::Status BenchStore::Start(const std::string& directory) {
  ASSIGN_OR_RETURN(environment_,
                   index::Environment::Open({.directory = directory + "/index", .map_size = kMapBytes}));
  writer_ = std::make_unique<index::WriterQueue>(*environment_);
  ASSIGN_OR_RETURN(versions_, index::Versions::Open(*writer_, {.settle = false}));
  return absl::OkStatus();
}

absl::Status BenchStore::Build(Extent extent) {
  TagBuilder builder(*writer_, members_);
  absl::Status status = BuildEveryone(builder);
  if (status.ok()) status = BuildRows(builder, DenseRows());
  if (status.ok() && extent != Extent::kDense) status = BuildRows(builder, OtherFlagRows());
  if (status.ok() && extent != Extent::kDense) status = BuildNumber(builder);
  if (status.ok() && extent == Extent::kWholeMulti) status = BuildRows(builder, ManyValueRows());
  return status;
}

void BenchStore::TrustAll() {
  for (const index::DatabaseSpec& spec : index::AllDatabases()) environment_->guard().Trust(spec.id);
}

absl::Status BenchStore::LookAtBranches() const { return index::LookAtBranches(*environment_, {}).status(); }

absl::Status BenchStore::Warm() const {
  const std::unique_ptr<index::RowSource> source = snapshot_->NewRowSource();
  std::vector<index::RowRef> rows;
  for (const auto& of_tag : snapshot_->versions()) {
    const index::TagId tag = of_tag.first;
    RETURN_IF_ERROR(snapshot_->VisitRows(tag, 0, index::kMaxValueId, [&](index::RowId row, uint64_t) {
      rows.push_back({tag, row});
      return true;
    }));
  }
  index::ResolvedRow resolved;
  uint64_t sum = 0;
  for (uint32_t first = 0; first < snapshot_->fragment_count(); first += index::kMaxWindowFragments) {
    const uint32_t count = std::min(index::kMaxWindowFragments, snapshot_->fragment_count() - first);
    absl::Status status = source->BeginWindow(first, count);
    for (size_t i = 0; i < rows.size() && status.ok(); ++i) {
      status = source->Resolve(rows[i], resolved);
      for (const index::ResolvedRow::Fragment& fragment : resolved.fragments) {
        for (size_t at = 0; at < fragment.image.size(); at += 64) sum += fragment.image[at];
      }
    }
    source->EndWindow();
    RETURN_IF_ERROR(status);
  }
  return sum == 0 ? absl::InternalError("the population holds nothing") : absl::OkStatus();
}

}  // namespace muster::benchmarks
