//! Files of this machine that messages name: they are looked for when such a message comes into
//! sight, and opened in the editor, which has the terminal meanwhile.

use super::Chat;
use crate::state::Surroundings;
use crate::state::effect::Effect;
use crate::state::nearby::Nearby;
use crate::state::panel::{Panel, Shows};

impl Chat {
    /// Which files there are.
    #[must_use]
    pub fn nearby(&self) -> &Nearby {
        &self.nearby
    }

    /// Asks for the files that messages in sight name.
    pub(super) fn look_for_files(&mut self) {
        let timeline = self.current.and_then(|id| self.timelines.get(&id));
        let in_sight = timeline.into_iter().flat_map(|timeline| timeline.from_sight(0));
        let mut unknown = self.nearby.unknown(in_sight);
        if let Some(Panel { shows: Shows::Thread(thread), .. }) = &self.panel {
            unknown.extend(self.nearby.unknown(thread.entries().rev()));
        }
        if !unknown.is_empty() {
            self.out.push(Effect::LookForFiles(unknown));
        }
    }

    /// These files are there.
    pub(in crate::state) fn files_found(
        &mut self,
        paths: Vec<String>,
        around: &Surroundings,
    ) -> Vec<Effect> {
        self.nearby.found(paths);
        self.finish(around)
    }
}
