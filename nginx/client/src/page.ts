// The page /{lang}/harbor/messaging.
import './elements';
