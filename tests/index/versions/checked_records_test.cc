// Scans over records damaged at rest: a scan ignores damage in records that it doesn't read; otherwise it
// reads what was written, or returns DATA_LOSS.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "index/bitmap/fragment_record.h"
#include "index/storage/pages/seal.h"
#include "index/versions/lookups/row_probe.h"
#include "index/versions/snapshots/chunk_probe.h"
#include "tests/index/versions/version_model.h"
#include "tests/matchers/status.h"

namespace muster::index {
namespace {

constexpr TagId kTag = 3;
constexpr RowId kRow = 1;
constexpr uint32_t kFragments = 4;
const absl::CivilDay kDay(2026, 1, 5);

// Bitsets, arrays in pages of their own, and short ones in a leaf.
Bitmap Some(std::mt19937_64& random, uint32_t fragment) {
  const uint32_t counts[] = {60'000, 3'000, 30, 60'000};
  Bitmap bitmap;
  for (uint32_t i = 0; i < counts[fragment]; ++i) bitmap.Add(random() % kFragmentOrdinals);
  return bitmap;
}

// Changes the store's file directly.
class File {
 public:
  explicit File(const std::string& directory)
      : path_(directory + "/data.mdb"), descriptor_(::open(path_.c_str(), O_RDWR | O_CLOEXEC)) {}
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  // Where the bytes lie. REQUIRES: only there.
  size_t Find(RecordBytes bytes) const {
    std::ifstream in(path_, std::ios::binary);
    const std::string all{std::istreambuf_iterator<char>(in), {}};
    return all.find(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  }
  void Flip(size_t place, int bit) const {
    uint8_t byte = 0;
    const auto at = static_cast<off_t>(place);
    ASSERT_EQ(::pread(descriptor_, &byte, 1, at), 1);
    byte = static_cast<uint8_t>(byte ^ 1 << bit);
    ASSERT_EQ(::pwrite(descriptor_, &byte, 1, at), 1);
  }

 private:
  const std::string path_;
  const int descriptor_;
};

class CheckedRecordsTest : public testing::Test {
 protected:
  CheckedRecordsTest() : file_(store_.environment().directory()) {
    std::mt19937_64 random(8);
    for (uint32_t fragment = 0; fragment < kFragments; ++fragment)
      content_[{kRow, fragment}] = Some(random, fragment);
    version_ = store_.PublishStore(1, kTag, content_, kDay);
  }

  // Nothing was looked at yet. Begins a window of all fragments.
  void Begin() {
    End();
    store_.Reopen();
    auto snapshot = store_.versions().OpenSnapshot({{kTag, version_}});
    ASSERT_THAT(snapshot, IsOk());
    snapshot_ = *std::move(snapshot);
    source_ = snapshot_->NewRowSource();
    ASSERT_THAT(source_->BeginWindow(0, kFragments), IsOk());
  }
  void End() {
    source_.reset();
    snapshot_.reset();
  }
  absl::Status Resolve() { return source_->ResolveToRead({kTag, kRow}, scratch_, resolved_); }
  RecordBytes Image(uint32_t fragment) const { return resolved_->fragments[fragment].image; }
  absl::Status Check(RecordBytes record) { return source_->CheckRecord({kTag, kRow}, record); }

  // A fragment as a scan reads it.
  absl::Status ReadFragment(uint32_t fragment) {
    const ResolvedRow::Fragment& found = resolved_->fragments[fragment];
    absl::Status status = Check(found.image);
    for (uint32_t i = 0; i < found.flip_count && status.ok(); ++i)
      status = Check(resolved_->flips[found.first_flip + i]);
    for (uint32_t local = 0; local < kFragmentOrdinals && status.ok(); local += 17) {
      EXPECT_EQ(ProbeFragment(*resolved_, fragment, local).value(),
                content_.at({kRow, fragment}).Contains(local));
    }
    return status;
  }

  StoreUnderTest store_;
  const File file_;
  Content content_;
  Version version_ = kNoVersion;
  std::shared_ptr<const Snapshot> snapshot_;
  std::unique_ptr<RowSource> source_;
  ResolvedRow scratch_;
  const ResolvedRow* resolved_ = nullptr;
};

void ExpectDataLoss(const absl::Status& status) {
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(CheckedRecordsTest, WholeOnesAreReadWhateverTheirSize) {
  Begin();
  ASSERT_THAT(Resolve(), IsOk());
  for (uint32_t fragment = 0; fragment < kFragments; ++fragment) EXPECT_THAT(ReadFragment(fragment), IsOk());
  EXPECT_THAT(Check(RecordBytes()), IsOk());
}

// Every byte of the record and its seal. What was seen to be damaged is looked at again the next time, so one
// open store is enough.
TEST_F(CheckedRecordsTest, NoByteMayChange) {
  Begin();
  ASSERT_THAT(Resolve(), IsOk());
  std::mt19937_64 random(9);
  for (const uint32_t fragment : {0u, 1u}) {
    const size_t begin = file_.Find(Image(fragment)) - kLargeSealBytes;
    const size_t end = begin + kLargeSealBytes + Image(fragment).size();
    for (size_t at = begin; at < end && !HasFailure(); ++at) {
      const int bit = static_cast<int>(random() % 8);
      file_.Flip(at, bit);
      EXPECT_THAT(Check(Image(fragment)), StatusIs(absl::StatusCode::kDataLoss)) << at - begin;
      file_.Flip(at, bit);
    }
    EXPECT_THAT(ReadFragment(fragment), IsOk());
  }
}

// At the borders of pages and of XXH3's blocks.
TEST_F(CheckedRecordsTest, DamageIsMetWhereItIsReadAndNowhereElse) {
  Begin();
  ASSERT_THAT(Resolve(), IsOk());
  const size_t begin = file_.Find(Image(0)), bytes = Image(0).size();
  std::vector<size_t> places = {0, kRecordHeaderBytes, bytes - 1};
  for (size_t border = 1'024; border < bytes; border += 1'024)
    places.insert(places.end(), {border - 1, border, border - begin % 1'024});
  for (const size_t place : places) {
    SCOPED_TRACE(place);
    End();
    file_.Flip(begin + place, 3);
    Begin();
    ASSERT_THAT(Resolve(), IsOk()) << "a scan that doesn't read the record doesn't check it";
    for (uint32_t fragment = 1; fragment < kFragments; ++fragment)
      EXPECT_THAT(ReadFragment(fragment), IsOk());
    const absl::Status damage = ReadFragment(0);
    ExpectDataLoss(damage);
    EXPECT_NE(damage.message().find("checksum"), absl::string_view::npos) << damage;
    ExpectDataLoss(ReadFragment(0));
    ResolvedRow all;
    ExpectDataLoss(source_->Resolve({kTag, kRow}, all));
    ExpectDataLoss(Contains(*snapshot_, {kTag, kRow}, 5).status());
    EXPECT_THAT(Contains(*snapshot_, {kTag, kRow}, FirstOrdinalOf(1)), IsOk());
    file_.Flip(begin + place, 3);
    if (HasFailure()) return;
  }
}

// The head of an edge's record says whether it is an image or flips. It is checked before it is used.
TEST_F(CheckedRecordsTest, NoBitOfAnEdgesHeadIsBelieved) {
  const Content parent = content_;
  std::mt19937_64 random(10);
  for (uint32_t i = 0; i < 1'500; ++i)  // flips, in pages of their own
    content_[{kRow, 1}].Xor(Bitmap::FromSorted(std::vector<uint32_t>{i * 97}));
  content_[{kRow, 3}] = Some(random, 0);  // another image
  version_ = store_.PublishEdge(2, kTag, version_, parent, content_, kDay + 1);
  Begin();
  ASSERT_THAT(Resolve(), IsOk());
  ASSERT_EQ(resolved_->fragments[1].flip_count, 1u);
  ASSERT_EQ(resolved_->fragments[3].flip_count, 0u);
  const RecordBytes records[] = {resolved_->flips[resolved_->fragments[1].first_flip], Image(3)};
  ASSERT_EQ(ReadRecordHeader(records[1])->kind, RecordKind::kAfter);
  const size_t places[] = {file_.Find(records[0]), file_.Find(records[1])};
  for (const size_t which : {0, 1}) {
    for (size_t bit = 0; bit < kRecordHeaderBytes * 8 && !HasFailure(); ++bit) {
      SCOPED_TRACE(testing::Message() << "record " << which << ", bit " << bit);
      End();
      file_.Flip(places[which] + bit / 8, static_cast<int>(bit % 8));
      Begin();
      const absl::Status resolved = Resolve();
      ExpectDataLoss(resolved.ok() ? ReadFragment(which == 0 ? 1 : 3) : resolved);
      if (resolved.ok()) {
        EXPECT_THAT(ReadFragment(0), IsOk());
      }
      file_.Flip(places[which] + bit / 8, static_cast<int>(bit % 8));
    }
  }
  Begin();
  ASSERT_THAT(Resolve(), IsOk());
  for (uint32_t fragment = 0; fragment < kFragments; ++fragment) EXPECT_THAT(ReadFragment(fragment), IsOk());
}

}  // namespace
}  // namespace muster::index
