use std::pin::Pin;

// What `#[async_trait]` makes of a method.
trait SignUp {
    fn sign_up<'life0, 'async_trait>(&'life0 self) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait;
}

impl SignUp for u8 {
    #[trackplan::tracked("user_signed_up", carrier = "post")]
    fn sign_up<'life0, 'async_trait>(&'life0 self) -> Pin<Box<dyn Future<Output = ()> + Send + 'async_trait>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(async {})
    }
}

fn main() {
    drop(7_u8.sign_up());
}
