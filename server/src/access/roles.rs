//! The roles of the contract.

use crate::words;

words! {
    /// What an account may be on a unit, and on all units below it.
    pub enum Role {
        /// Accounts and units; never member data.
        Administrator = "administrator",
        /// The home side: members whose home lies below.
        DepartmentOfficer = "department_officer",
        /// A committee: members whose host (or home) lies below.
        CommitteeOfficer = "committee_officer",
        /// A branch: members whose host (or home) is the branch.
        BranchSecretary = "branch_secretary",
        /// Reads its city's members and keeps contact logs.
        LiaisonOfficer = "liaison_officer",
        /// Reads only.
        Supervisor = "supervisor",
    }
}
