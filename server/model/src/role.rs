//! Who a member of staff is.
words! {
    /// A user's role; what it may do stands in [`crate::permission`].
    Role {
        /// 管理员
        Admin = "admin";
        Manager = "manager";
        /// 调度
        Dispatcher = "dispatcher";
        /// 客服
        Support = "support";
        /// 工程师
        Technician = "technician";
    }
}

impl Role {
    /// Office roles see every client; a technician sees the buckets granted to them.
    pub fn sees_everything(self) -> bool {
        self != Role::Technician
    }
}
