// The possible answers of a soak, and clients that check them.
#ifndef MUSTER_TESTS_TORTURE_SOAK_MODEL_H_
#define MUSTER_TESTS_TORTURE_SOAK_MODEL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "muster/v1/query_service.grpc.pb.h"

namespace muster::testing {

// Loads of one kind, numbered from 0 and published one after the other. A question that is asked after load k
// ended and answered before load n begins sees the state after one of the loads k to n - 1. Thread-safe, with
// one writer.
class LoadSequence {
 public:
  void Begin(int number) { begun_ = number; }
  void End(int number) { ended_ = number; }
  int begun() const { return begun_; }
  int ended() const { return ended_; }

 private:
  std::atomic<int> begun_{-1};
  std::atomic<int> ended_{-1};
};

// Two kinds of loads, and the counts of each state. A daily REPLACE sets four tags of all members: on day d,
// `hot` of the first 1,000 + d, `even` of the first 500 + 2d, and `score` and `city` of all, with new values
// each day. Micro-load k MERGEs `seen` of members 2k and 2k + 1 and of one new member. Thread-safe.
class SoakModel {
 public:
  explicit SoakModel(int members) : members_(members) {}

  static const char kDaySchema[];
  static const char kMicroSchema[];
  std::string DayText(int day) const;
  std::string MicroText(int micro) const;

  int members() const { return members_; }
  // So many micro-loads have members of their own.
  int most_micros() const { return members_ / 2; }
  static int Hot(int day) { return 1'000 + day; }
  static int Even(int day) { return 500 + 2 * day; }
  static int Seen(int micro) { return 3 * (micro + 1); }
  int Everyone(int micro) const { return members_ + micro + 1; }
  static int HotAndSeen(int day, int micro) { return std::min(Hot(day), 2 * (micro + 1)); }

  LoadSequence days;
  LoadSequence micros;

 private:
  const int members_;
};

// The states of one kind of load that an answer may show: not older than the loads that had ended when it was
// asked, nor than a state that the client saw before; not newer than the loads that had begun when it
// arrived.
class SoakWindow {
 public:
  explicit SoakWindow(const LoadSequence& loads) : loads_(loads) {}
  void Ask() { least_ = std::max(seen_, loads_.ended()); }
  void Answered() { most_ = loads_.begun(); }
  int least() const { return least_; }
  int most() const { return most_; }
  // Expects that the state is within, and remembers that it was seen.
  void Saw(int state, const std::string& what);

 private:
  const LoadSequence& loads_;
  int seen_ = -1;
  int least_ = -1;
  int most_ = -1;
};

// Asks one question after the other and checks each answer against the model. Not thread-safe.
class SoakClient {
 public:
  SoakClient(const SoakModel& model, v1::QueryService::Stub& queries, uint64_t seed)
      : model_(model), queries_(queries), random_(seed), days_(model.days), micros_(model.micros) {}

  // One expression, or one from before, by its receipt.
  void Count();
  // Several expressions, whose counts must be of one state.
  void CountBatch();
  // A stream of the first members, whose ids are known.
  void ListSome();
  // A stream of everyone.
  void ListAll();

  uint64_t answers() const { return answers_; }
  uint64_t repeated() const { return repeated_; }

 private:
  void Ask();
  void Answered();
  // What the number of a question says about the states, by its index among the questions.
  void Judge(size_t question, int64_t count);
  void CountAgain();
  // The ids of a stream, and its total; nothing when it failed.
  std::vector<std::string> Stream(const std::string& expression, uint64_t& total);

  const SoakModel& model_;
  v1::QueryService::Stub& queries_;
  std::mt19937_64 random_;
  SoakWindow days_;
  SoakWindow micros_;
  std::deque<v1::Receipt> receipts_;
  uint64_t answers_ = 0;
  uint64_t repeated_ = 0;
};

}  // namespace muster::testing

#endif  // MUSTER_TESTS_TORTURE_SOAK_MODEL_H_
