#include "server/grpc/streams/silence_alarm.h"

#include <chrono>
#include <cstdint>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/time/clock.h"
#include "index/concurrency/mutex.h"

namespace muster::server {

struct SilenceAlarm::State final : public HeldCall {
  explicit State(std::function<void(const absl::Status&)> call) : on_silence(std::move(call)) {}

  absl::Duration blocked_for() const override {
    MutexLock lock(mutex);
    return armed ? absl::Now() - since : absl::ZeroDuration();
  }
  bool End(const absl::Status& why) override {
    {
      MutexLock lock(mutex);
      if (!armed) return false;
      armed = false;
    }
    on_silence(why);
    return true;
  }

  const std::function<void(const absl::Status&)> on_silence;
  mutable Mutex mutex;
  bool armed ABSL_GUARDED_BY(mutex) = false;
  absl::Time since ABSL_GUARDED_BY(mutex);
  uint64_t read ABSL_GUARDED_BY(mutex) = 0;  // counts Arm
};

SilenceAlarm::SilenceAlarm(absl::Duration patience, std::function<void(const absl::Status&)> on_silence)
    : patience_(patience), state_(std::make_shared<State>(std::move(on_silence))) {}

std::shared_ptr<HeldCall> SilenceAlarm::call() const { return state_; }

SilenceAlarm::~SilenceAlarm() = default;

void SilenceAlarm::Arm() {
  uint64_t read = 0;
  {
    MutexLock lock(state_->mutex);
    state_->armed = true;
    state_->since = absl::Now();
    read = ++state_->read;
  }
  alarm_ = std::make_unique<grpc::Alarm>();
  // The state outlives the stream: an alarm that fires as the stream ends would not notice the end.
  alarm_->Set(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(patience_),
              [state = state_, read](bool rang) {
                if (!rang) return;
                {
                  MutexLock lock(state->mutex);
                  if (!state->armed || state->read != read) return;
                  state->armed = false;
                }
                state->on_silence(absl::OkStatus());
              });
}

bool SilenceAlarm::Disarm() {
  {
    MutexLock lock(state_->mutex);
    if (!state_->armed) return false;
    state_->armed = false;
  }
  alarm_->Cancel();
  return true;
}

}  // namespace muster::server
